"""Bridges: other people's simulators and formats. What they need is imported when they are used."""
