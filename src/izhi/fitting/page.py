"""The page of a report, with places for what a fit says."""

from __future__ import annotations

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><!--title--></title>
<style>
:root {
  color-scheme: light dark;
  --paper: #fdfdfc; --ink: #1b1b1a; --quiet: #5c5c59; --line: #d9d9d5; --shade: #f2f2ef; --alarm: #a3370a;
  --recorded: #8c8c8b; --training: #0072b2; --held-out: #d55e00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16171a; --ink: #e8e8e5; --quiet: #a5a5a0; --line: #3a3c40; --shade: #212327; --alarm: #ff9b62;
    --recorded: #8f9096; --training: #56b4e9; --held-out: #ff9b3d;
  }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --shade: #fff; --alarm: #a3370a;
    --recorded: #8c8c8b; --training: #0072b2; --held-out: #d55e00;
  }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 70rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0 0.75rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 0.5rem; padding-top: 0.6rem; border-top: 1px solid var(--line); }
.headline { font-size: 1.1rem; max-width: 52rem; }
p, ul { max-width: 52rem; }
.quiet, figcaption { color: var(--quiet); font-size: 0.875rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; white-space: nowrap; }
th, td { padding: 0.2rem 0.9rem 0.2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.mark { color: var(--alarm); white-space: nowrap; }
.figures { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; }
.figures > p { flex: 1 1 100%; margin: 0; }
figure { margin: 0.4rem 0; }
figure.broad { flex: 1 1 100%; }
figure.half { flex: 1 1 26rem; max-width: 34rem; min-width: min(20rem, 100%); }
svg { width: 100%; height: auto; display: block; }
pre { background: var(--shade); border: 1px solid var(--line); padding: 0.6rem 0.8rem; overflow-x: auto; }
.sample {
  display: inline-block; width: 1.4em; height: 0; border-top: 3px solid; margin-right: 0.4em; vertical-align: 0.25em;
}
.recorded { border-color: var(--recorded); } .training { border-color: var(--training); }
.held-out { border-color: var(--held-out); }
</style>
</head>
<body>
<h1><!--title--></h1>
<p class="headline"><!--headline--></p>
<!--scores-->
<p class="quiet">Colours: <span class="sample recorded"></span>recorded,
<span class="sample training"></span>predicted in sweeps that it was fitted to (dots),
<span class="sample held-out"></span>predicted in sweeps that it was not fitted to (squares).</p>
<h2>Parameters</h2>
<!--parameters-->
<p class="quiet">The interval is the middle 68 % of a bootstrap over sweeps where the model comes close to the data;
where it does not, the range of candidates that the sweeps do not tell from this one. A parameter is determined if that
lies within 10 % of its value, or of a voltage within 2 mV.</p>
<h2>What the data leave open</h2>
<!--open-->
<h2>All sweeps together</h2>
<div class="figures">
<!--overview--></div>
<h2>Sweep by sweep</h2>
<div class="figures">
<!--sweeps--></div>
<h2>What the recording says without a model</h2>
<!--clues-->
<h2>How to use the cell</h2>
<!--use-->
<h2>About this fit</h2>
<!--about-->
</body>
</html>
"""
