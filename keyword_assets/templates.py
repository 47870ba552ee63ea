"""The pages' templates: every text in them is escaped, and nothing that they lack passes for empty."""

from functools import cache

import jinja2

from keyword_assets.core.texts import say


@cache
def template(name: str) -> jinja2.Template:
    """A template among our resources."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("keyword_assets", "resources"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.globals["say"] = say
    return environment.get_template(name)
