"""Scripts for other simulators as a person would write them: what their languages share."""
