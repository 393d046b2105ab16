"""Drawings that explain the idea; they show no data."""

import math

from dashboard.charts.style import ANOMALOUS, HORIZON, NORMAL


def _falling(angle: float, radius: float) -> str:
    """A normal sample with its path towards the origin."""
    x, y = radius * math.cos(angle), radius * math.sin(angle)
    start = radius + 62
    bend = angle + 0.45
    far_x, far_y = start * math.cos(bend), start * math.sin(bend)
    near_x, near_y = (radius + 34) * math.cos(bend), (radius + 34) * math.sin(bend)
    path = f"M {far_x:.1f} {far_y:.1f} Q {near_x:.1f} {near_y:.1f} {x:.1f} {y:.1f}"
    return (
        f'<path d="{path}" fill="none" stroke="{NORMAL}" stroke-opacity="0.45" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{NORMAL}"/>'
    )


def _outside(angle: float, radius: float) -> str:
    """An anomalous sample, which stays where it is."""
    x, y = radius * math.cos(angle), radius * math.sin(angle)
    return (
        f'<rect x="-5.5" y="-5.5" width="11" height="11" fill="none" stroke="{ANOMALOUS}" '
        f'stroke-width="2.5" transform="translate({x:.1f} {y:.1f}) rotate(45)"/>'
    )


def _black_hole() -> str:
    normal = "".join(_falling(index * 0.7, 22 + 11 * (index % 4)) for index in range(9))
    outside = "".join(_outside(0.35 + index * 0.79, 128 + 17 * (index % 3)) for index in range(8))
    text = 'font-size="13" text-anchor="middle" fill="#808792"'
    return f"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-200 -190 400 400" font-family="sans-serif">
  <defs><radialGradient id="hole">
    <stop offset="0%" stop-color="#0d1123"/><stop offset="55%" stop-color="{HORIZON}"
    stop-opacity="0.35"/><stop offset="100%" stop-color="{HORIZON}" stop-opacity="0"/>
  </radialGradient></defs>
  <circle r="104" fill="url(#hole)"/>
  <circle r="88" fill="none" stroke="{HORIZON}" stroke-width="2" stroke-dasharray="7 5"/>
  <circle r="13" fill="#0d1123"/>
  {normal}{outside}
  <text y="-96" {text}>event horizon</text>
  <g transform="translate(-118 196)"><circle r="5" cx="-12" cy="-4" fill="{NORMAL}"/>
    <text font-size="13" fill="#808792">normal: falls in</text></g>
  <g transform="translate(42 196)"><rect x="-16" y="-9" width="9" height="9" fill="none"
    stroke="{ANOMALOUS}" stroke-width="2.5" transform="rotate(45 -12 -4)"/>
    <text font-size="13" fill="#808792">anomalous: stays out</text></g>
</svg>"""


BLACK_HOLE = _black_hole().strip()
BLACK_HOLE_TEXT = (
    "Normal samples fall to the origin; anomalous samples stay outside the event horizon."
)
