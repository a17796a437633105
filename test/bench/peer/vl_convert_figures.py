"""Draws every Vega-Lite spec of a folder as SVG and as PNG of 144 dpi with vl-convert. Usage: vl_convert_figures.py SPECS FONTS"""
import sys
from pathlib import Path

import vl_convert

vl_convert.register_font_directory(sys.argv[2])
for path in sorted(Path(sys.argv[1]).glob("*.vl.json")):
    spec = path.read_text()
    path.with_suffix(".peer.svg").write_text(vl_convert.vegalite_to_svg(spec, vl_version="6.4"))
    path.with_suffix(".peer.png").write_bytes(vl_convert.vegalite_to_png(spec, vl_version="6.4", scale=1.5, ppi=144))
