"""Plots as Vega-Lite specifications, and drawn as SVG and PNG."""
