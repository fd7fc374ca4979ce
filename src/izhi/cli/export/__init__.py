"""`izhi export`: a cell, a network or a recording for another program; one file per format."""

from __future__ import annotations

import typer

from izhi.cli.export import brian2, csv, modeldb, nest, neuroml, nmodl, nwb, sonata, toml

app = typer.Typer(help="Write a cell, a network or a recording for another program.", no_args_is_help=True)
app.command("brian2")(brian2.brian2)
app.command("nest")(nest.nest)
app.command("csv")(csv.csv)
app.command("modeldb")(modeldb.modeldb)
app.command("neuroml")(neuroml.neuroml)
app.command("nmodl")(nmodl.nmodl)
app.command("nwb")(nwb.nwb)
app.command("sonata")(sonata.sonata)
app.command("toml")(toml.toml)
