"""Theory held against simulation, claim by claim."""
