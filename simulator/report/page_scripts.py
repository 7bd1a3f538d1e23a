"""Scripts of the web page: only ours run, each known to the page's policy by its hash.

Data and style are written so that no name can break out of them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "font-src": "data:",
    "img-src": "data:",
    "connect-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""What a page may do without scripts: show itself."""


@dataclass(frozen=True)
class Script:
    """A script that stands in the page.

    Attributes
    ----------
    text : str
        Between the tags, to the letter.
    """

    text: str

    @property
    def sha256(self) -> str:
        """Name of the script in the page's policy."""
        return base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()


def policy(scripts: Sequence[Script]) -> str:
    """Content-Security-Policy of a page: its own scripts, letters and pictures, and nothing from outside.

    Examples
    --------
    >>> policy([])
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    """
    said = POLICY | ({"script-src": " ".join(f"'sha256-{script.sha256}'" for script in scripts)} if scripts else {})
    return "; ".join(f"{name} {value}" for name, value in said.items())


def json_text(value: Any) -> str:  # noqa: ANN401  whatever JSON can say
    r"""Write JSON for a script element: no name in it can end the element or open a comment.

    Examples
    --------
    >>> print(json_text(["</script><!--", "硚口区"]))
    ["\u003c/script\u003e\u003c!--","硚口区"]
    """
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


def css_text(text: str) -> str:
    r"""Write a text between quotes for a style element: whatever is not a letter or digit by its number.

    Examples
    --------
    >>> print(css_text("湖北</style>") + "。")
    湖北\3c \2f style\3e 。
    """
    return "".join(sign if sign.isalnum() else f"\\{ord(sign):x} " for sign in text)
