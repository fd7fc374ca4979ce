"""The laboratory: a cell and its geometry, live in a browser. `izhi lab` serves it; it works without a network."""
