"""The JSON Schema of scenario files, for editors: names, choices, units and examples, with Chinese descriptions.

An editor helps while typing; the loader decides. So nothing is required here (a reform holds only what differs), every value may also be written
``{value, source | assumption, range}``, and everything but a name may be the word ``remove``.
"""

from __future__ import annotations

from typing import Any

from simulator.scenario.models import Bank, Scenario
from simulator.scenario.overlay import REMOVE

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the schema as a dict ready for ``json.dumps``.

    Examples
    --------
    >>> json_schema()["properties"]["title"]["title"]
    '标题 title'
    """
    schema: dict[str, Any] = Scenario.model_json_schema(by_alias=True)
    blocks = schema["$defs"]
    for block in (schema, *blocks.values()):
        block.pop("required", None)
        block.pop("title", None)
        for key, entry in block.get("properties", {}).items():
            block["properties"][key] = _entry(entry, plain=block is schema and key in ("schema", "name", "title"))
    blocks["Banks"]["properties"]["common"] = {**blocks["Banks"]["properties"]["common"], "anyOf": [{"$ref": f"#/$defs/{Bank.__name__}"}]}
    schema["properties"]["extends"] = {
        "type": "string",
        "title": "继承 extends",
        "description": "基线文件或内置情景名；本文件只写不同之处 (the baseline this reform is laid over)",
    }
    schema["required"] = ["name", "title"]
    return {"$schema": DIALECT, "title": "riskshare 情景文件", **schema}


def _entry(entry: dict[str, Any], *, plain: bool) -> dict[str, Any]:
    zh, en = entry.pop("zh", ""), entry.pop("en", "")
    for word in ("title", "description", "default"):
        entry.pop(word, None)
    titles = {"title": f"{zh} {en}", "description": f"{zh}（{en}）{_hint(entry)}"}
    if plain:
        return {**entry, **titles}
    marked = {
        "type": "object",
        "properties": {
            "value": entry,
            "source": {"type": "string"},
            "assumption": {"type": "string"},
            "range": {"type": "array", "minItems": 2, "maxItems": 2},
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    return {**titles, "anyOf": [entry, marked, {"const": REMOVE}]}


def described(block: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a block of a study's file, with both titles and examples beside each key."""
    for key, entry in block.get("properties", {}).items():
        zh, en = entry.pop("zh", ""), entry.pop("en", "")
        kept = {word: value for word, value in entry.items() if word not in ("title", "description", "default")}
        block["properties"][key] = {**kept, "title": f"{zh} {en}", "description": f"{zh}（{en}）{_hint(entry)}"}
    return {word: value for word, value in block.items() if word not in ("title", "description")}


def _hint(entry: dict[str, Any]) -> str:
    examples = _examples(entry)
    choices = entry.get("enum")
    return f" 可写：{'、'.join(map(str, choices))}" if choices else f" 例如 {'、'.join(examples)}" if examples else ""


def _examples(entry: dict[str, Any]) -> list[str]:
    if "examples" in entry:
        return [str(example) for example in entry["examples"]]
    return next((found for option in entry.get("anyOf", []) if (found := _examples(option))), [])
