#!/usr/bin/env bash
# What is asked of an accelerator, in one go: versions and device; figure 10's whole command, twice, and once with as many
# seeds at once as the device has memory for; its training against PyTorch; loading; forward pass, gradient and audit of
# a model in the shapes of Qwen2.5-0.5B; an audit along factors.
#
#     benchmarks/gpu.sh [--small] [FOLDER OF MNIST]
#
# Meant to take five minutes on one GPU (it was never run on one). --small takes small networks and digits, so that the
# script itself can be tried on a CPU. PYTHON chooses the interpreter, which needs the extras data, lm and peer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${PYTHON:-.venv/bin/python}
small=
if [ "${1:-}" = --small ]; then
    small=yes
    shift
fi
mnist=${1:-${SUBTHEORY_MNIST:-}}
if [ -z "$small" ] && [ ! -d "$mnist" ]; then
    echo "gpu.sh: got no folder of MNIST's four idx files; expected one as argument or in SUBTHEORY_MNIST, or --small." >&2
    exit 2
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export SUBTHEORY_CACHE=$place/cache

section() {
    printf '\n== %s (after %d s)\n' "$1" "$SECONDS"
}

section "device and versions"
"$python" - <<'END'
import jax, jaxlib, sys
print("python", sys.version.split()[0], "jax", jax.__version__, "jaxlib", jaxlib.__version__)
print(*(f"{one.platform}: {one.device_kind}" for one in jax.devices()), sep="\n")
END

if [ -n "$small" ]; then
    figure=(--profile quick --data digits --seeds 2)
    together=2
    training=(--data digits --seeds 1 --cores 1)
    loading=(--rounds 1 --layers 2 --width 128 --vocabulary 1024)
    audit=(--rounds 1 --width 64 --layers 1 --vocabulary 64 --length 8 --trait 4 --rank 2)
    model=(--rounds 1 --sequences 2 --length 16 --new-tokens 2)
    shape="layers=2, width=128, vocabulary=1024"
else
    figure=(--profile paper --data mnist --data-dir "$mnist" --seeds 100)
    together=25
    training=(--data-dir "$mnist" --seeds 4)
    loading=(--rounds 3)
    audit=(--rounds 5 --width 2048 --layers 4)
    model=(--rounds 5 --sequences 16 --length 256 --new-tokens 16)
    shape=
fi

for run in first second; do
    section "figure 10, the whole command, $run run"
    time "$python" -m experiments run mnist_aux_logits "${figure[@]}" --seeds-at-once "$together" --out "$place/$run"
done
section "figure 10, as many seeds at once as fit"
time "$python" -m experiments run mnist_aux_logits "${figure[@]}" --seeds-at-once auto --out "$place/auto"
section "figure 10's training against PyTorch"
"$python" -m benchmarks.aux_logits "${training[@]}"
section "loading a checkpoint"
"$python" -m benchmarks.lm_loading "${loading[@]}"
section "a language model, audit included"
"$python" -c "import sys; from pathlib import Path; from benchmarks.lm_loading import Benchmark, write
write(Benchmark($shape), Path(sys.argv[1]))" "$place/model"
"$python" -m benchmarks.lm "$place/model" "${model[@]}"
section "an audit along factors"
"$python" -m benchmarks.lm_audit "${audit[@]}"
section "done"
