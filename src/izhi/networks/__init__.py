"""Networks as published: how they are wired, run and looked at."""
