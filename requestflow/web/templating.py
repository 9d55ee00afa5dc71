"""The templates, compiled once for each language.

What a template says in so many words is translated when it is compiled, not each time a page is
made, and its filters know their language.
"""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import BytecodeCache, Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from requestflow.foundation import LOCALES, catalogue
from requestflow.web.context import locale

TRANSLATING = frozenset({"_", "gettext"})


class PageEnvironment(Environment):
    """Flask's own, which hands each page to the environment of its language."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.language: str | None = None
        self.languages: dict[str, PageEnvironment] = {}

    def speak(
        self, filters: Mapping[str, Callable[..., Any]], functions: Mapping[str, Callable[..., Any]]
    ) -> None:
        """Makes an environment for each language, once this one is set up; these filters and
        functions get the language as their last argument."""
        for language in LOCALES:
            built = self.overlay()
            built.language = language
            if self.bytecode_cache:
                built.bytecode_cache = _OneLanguage(self.bytecode_cache, language)
            built.filters = {**self.filters, **_in_language(filters, language)}
            built.globals = {**self.globals, **_in_language(functions, language)}
            self.languages[language] = built

    def get_or_select_template(
        self,
        template_name_or_list: Any,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """A template in the language of the page."""
        if self.language is None:
            spoken = self.languages[locale()]
            return spoken.get_or_select_template(template_name_or_list, parent, globals)
        return super().get_or_select_template(template_name_or_list, parent, globals)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        if self.language is not None:
            escaped = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            source = _Translation(self.language, escaped).visit(source)
            source.set_environment(self)
        return super()._generate(source, name, filename, defer_init)


class _OneLanguage(BytecodeCache):
    """A cache of compiled templates in which each language has keys of its own."""

    def __init__(self, shared: BytecodeCache, language: str) -> None:
        self.language = language
        self.load_bytecode = shared.load_bytecode  # type: ignore[method-assign]
        self.dump_bytecode = shared.dump_bytecode  # type: ignore[method-assign]

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The key of a template in this language."""
        return super().get_cache_key(f"{self.language}/{name}", filename)


class _Translation(NodeTransformer):
    """Puts the translated text in the place of `_("...")`."""

    def __init__(self, language: str, escaped: bool) -> None:
        self.language = language
        self.kind: type[str] = Markup if escaped else str

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """The text; with places to fill, what fills them."""
        self.generic_visit(node)
        message = _message_of(node)
        if message is None:
            return node
        translated = self.kind(catalogue(self.language).gettext(message))
        if not node.kwargs:
            return nodes.Const(translated % {}, lineno=node.lineno)
        pairs = [
            nodes.Pair(nodes.Const(given.key, lineno=node.lineno), given.value, lineno=node.lineno)
            for given in node.kwargs
        ]
        values = nodes.Dict(pairs, lineno=node.lineno)
        return nodes.Mod(nodes.Const(translated, lineno=node.lineno), values, lineno=node.lineno)


def _message_of(node: nodes.Call) -> str | None:
    """The text that a call translates, where it stands in the template."""
    if not (isinstance(node.node, nodes.Name) and node.node.name in TRANSLATING):
        return None
    if len(node.args) != 1 or node.dyn_args or node.dyn_kwargs:
        return None
    only = node.args[0]
    return only.value if isinstance(only, nodes.Const) and isinstance(only.value, str) else None


def _in_language(
    functions: Mapping[str, Callable[..., Any]], language: str
) -> dict[str, Callable[..., Any]]:
    def spoken(built: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *values: built(*values, language)

    return {name: spoken(built) for name, built in functions.items()}
