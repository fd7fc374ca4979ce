"""The only things that step: engines that advance cells, each with the same functions."""
