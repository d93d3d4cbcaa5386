"""What is loaded when it is used: modules by their names, and what annotations have of `typing`."""

from __future__ import annotations

TYPE_CHECKING: bool = False  # the constant of `typing`, which is not worth its import here
if TYPE_CHECKING:
    from typing import Any as Any
else:
    # What an annotation says is there for those who evaluate it (`typing.get_type_hints`, runtime type checkers): what
    # may be anything is an object, and a module is loaded when they do.
    Any = object

    class _Literal:
        """Stands for `typing.Literal` in annotations, and makes the real one for who evaluates them."""

        def __getitem__(self, values: object) -> object:
            from typing import Literal

            return Literal[values]

    Literal = _Literal()


def loaded(module: str, package: str) -> Any:
    """Return a module of the package, by their names; where all of them are named for bundlers, see `_tables`."""
    from importlib import import_module

    return import_module(f".{module}", package)


def later(owner: str, name: str, module: str) -> Any:
    """Return what stands for a module under a name in another, the owner, until it is used.

    A dot before the module's name says that it is of the owner's package. Modules that imported each other at once
    would nest, and a long chain of them is too deep for Python.
    """
    return _Later(owner, name, module)


class _Later:
    """A module that is loaded when an attribute of it is asked for."""

    def __init__(self, owner: str, name: str, module: str) -> None:
        self._owner, self._name, self._module = owner, name, module

    def __getattr__(self, attribute: str) -> Any:
        import sys
        from importlib import import_module

        module = import_module(self._module, self._owner.rpartition(".")[0])
        setattr(sys.modules[self._owner], self._name, module)  # from now on it stands there itself
        return getattr(module, attribute)
