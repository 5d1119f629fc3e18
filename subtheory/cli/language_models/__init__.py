"""What the commands of ``subtheory lm`` do once their options are read."""
