"""The catalogue of problem codes, one file a hundred: code -> (title, explanation), in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from engine.base.codes import h1, h2, h3, h4, h5, h6, h7, h8, h8_procedure, h9

CODES: Mapping[str, tuple[str, str]] = {
    code: entry
    for hundred in (h1, h2, h3, h4, h5, h6, h7, h8, h8_procedure, h9)
    for code, entry in hundred.CODES.items()
}
"""Every code a problem may carry."""
