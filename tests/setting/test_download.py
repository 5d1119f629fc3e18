"""Downloads, from a server of our own on the loopback: nothing unchecked ever reaches the folder."""

import gzip
import hashlib
import struct
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from subtheory.setting import data, download

pytest.importorskip("pooch", reason="needs the extra `data`")

CONTENT = {
    stem: struct.pack(">4I", 2051, 1, 1, 1) + b"\7" if "images" in stem else struct.pack(">2I", 2049, 1) + b"\0"
    for stem in data.STEMS
}


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A server with four small files, which take MNIST's place: (address, folder that it serves)."""
    served = tmp_path / "served"
    served.mkdir()
    for stem, content in CONTENT.items():
        (served / f"{stem}.gz").write_bytes(gzip.compress(content))
    checksums = {stem: hashlib.md5(content).hexdigest() for stem, content in CONTENT.items()}
    monkeypatch.setattr(download, "MNIST_MD5", checksums)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(served))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", served
        server.shutdown()
        thread.join()


def test_download_then_nothing_more(tmp_path, mirror):
    address, _ = mirror
    folder = download.mnist(tmp_path / "mnist", [address])
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{stem}.gz" for stem in data.STEMS)
    assert data.idx_folder(folder, download.MNIST_MD5).train_images.shape == (1, 1)
    assert download.mnist(folder, mirrors=[]) == folder


def test_damaged_file_is_fetched_again(tmp_path, mirror):
    address, _ = mirror
    folder = download.mnist(tmp_path / "mnist", [address])
    (folder / f"{data.STEMS[0]}.gz").write_bytes(b"damaged")
    download.mnist(folder, [address])
    data.idx_folder(folder, download.MNIST_MD5)


def test_next_mirror_is_tried(tmp_path, mirror):
    address, _ = mirror
    folder = download.mnist(tmp_path / "mnist", [f"{address}absent/", address])
    data.idx_folder(folder, download.MNIST_MD5)


def test_wrong_checksum_leaves_nothing(tmp_path, mirror):
    address, served = mirror
    (served / f"{data.STEMS[0]}.gz").write_bytes(gzip.compress(b"another"))
    with pytest.raises(ValueError, match=f"could not download {data.STEMS[0]}.gz; tried {address} .MD5"):
        download.mnist(tmp_path / "mnist", [address])
    assert not list((tmp_path / "mnist").iterdir())


def test_file_in_the_way(tmp_path, mirror):
    address, _ = mirror
    (tmp_path / data.STEMS[0]).write_bytes(b"another")
    with pytest.raises(ValueError, match="is in the way of the download; move it away"):
        download.mnist(tmp_path, [address])


def test_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="cannot write to"):
        download.mnist(tmp_path / "file" / "mnist", [])


def test_without_pooch(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install .subtheory\[data\]"):
        download.mnist(tmp_path)
