"""Which columns of a delivery hold values this person does not see without a reason."""

from __future__ import annotations

from duofeng.desk.accounts.permissions import Rights
from duofeng.web import reader
from duofeng.zone.kinds.source import Source


def guarded_columns(source: Source, rights: Rights) -> frozenset[str]:
    attributes = reader.zone().attributes.get(source.register, {})
    hidden = {
        title
        for title, column in source.columns.items()
        if column.attribute in attributes and not rights.reads(attributes[column.attribute].sensitivity)
    }
    personal = {name for name, scheme in reader.zone().identifier_schemes.items() if scheme.personal}
    if not rights.reads("personal"):
        hidden |= {title for title, scheme in source.identifier.items() if scheme in personal}
    return frozenset(hidden)
