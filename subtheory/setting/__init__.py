"""What is given: networks, initialisations, channel, trait, inputs, data, imitation losses."""
