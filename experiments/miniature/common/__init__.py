"""What the miniature experiments share: protocol, traits, judges of conduct, theory of what is measured."""
