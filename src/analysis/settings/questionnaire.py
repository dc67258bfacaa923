"""``config/questionnaire.yml`` and its column map: areas, factors, questions, background fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from analysis.settings.model import AreaKey, Model, Text, Year

NKI = "nki"
"""Group of the three NKI questions; also the key of the NKI itself as a measure."""
FIELDS = (
    *("svar_id", "arendear", "period", "myndighetsomrade", "kommun", "kundgrupp"),
    *("utfall", "arendetyp", "foretagsstorlek", "bransch"),
)
"""The background fields that the program understands."""
Status = Literal["klar", "pågår", "försenad", "ej påbörjad", "inställd"]
"""How far a step of the plan has come, as it is reported."""


class Area(Model):
    """A myndighetsområde and the other names it goes by."""

    key: AreaKey
    name: Text
    aliases: tuple[Text, ...] = ()
    index_name: Text = "NKI"
    """Name of the area's index: procurement has a questionnaire and an index of its own."""
    source: Text

    @property
    def names(self) -> tuple[str, ...]:
        """All that the area is called, its key first."""
        return (self.key, self.name, *self.aliases)

    @property
    def name_with_index(self) -> str:
        """The area's name, with the name of its index where that is not NKI."""
        return self.name + ("" if self.index_name == "NKI" else f" ({self.index_name})")


class AreaForms(Model):
    """Words around an area's name: "kontroll av …", "…ärenden"."""

    before: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()


class ToolHeaders(Model):
    """Headers from survey tools that do not belong to a question."""

    placeholders: tuple[Text, ...] = ()
    question: tuple[Text, ...] = ()
    value: tuple[Text, ...] = ()


class Factor(Model):
    """A service factor."""

    key: Text
    name: Text


class Version(Model):
    """One version of the questionnaire, with the case years of its use."""

    key: Text
    start: Year = Field(alias="from")
    end: Year | None = Field(default=None, alias="to")
    verified: bool
    note: str = ""


class Item(Model):
    """A question on the scale, belonging to a factor or to the NKI."""

    key: Text
    group: Text
    short: Text
    in_text: Text
    """The question's name in a sentence: "handläggningstiden"."""
    text: Text
    verified: bool
    source: Text


class Background(Model):
    """A background field; `values` maps a canonical value to the spellings understood."""

    key: Text
    label: Text
    values: Mapping[str, tuple[str, ...]] = {}


class NeverKept(Model):
    """Columns that are dropped when a file is read."""

    free_text: tuple[Text, ...]
    identifying: tuple[Text, ...]
    """Headers of columns that identify a company or a person."""
    reason: Text

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers of both kinds."""
        return (*self.free_text, *self.identifying)


class Questionnaire(Model):
    """The whole of ``config/questionnaire.yml`` with ``config/questionnaire_columns.csv``."""

    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    area_forms: AreaForms = AreaForms()
    tool_headers: ToolHeaders = ToolHeaders()
    total_words: tuple[Text, ...] = ()
    """Words in rows that sum up other rows."""
    factors: Annotated[tuple[Factor, ...], Field(min_length=1)]
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    fields: Mapping[str, Text] = {}
    """Names of the background fields by key."""
    background_values: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Spellings of each canonical value of a background field that has fixed ones."""
    customer_group: Text
    never_kept: NeverKept
    missing_answers: tuple[str, ...]
    file_columns: Mapping[str, Mapping[str, tuple[Text, ...]]] = {}
    """Headers of the other kinds of files (cases, progress, official values), by kind and key."""
    official_measures: Mapping[str, tuple[Text, ...]] = {}
    """Further names of measures in files of official values, by key of the NKI or a question."""
    step_status: Mapping[Status, tuple[Text, ...]]
    """Spellings of a step's status in ``aktiviteter.csv``."""
    yes_no: Mapping[Literal["ja", "nej"], tuple[Text, ...]]
    """Spellings of yes and no."""
    whole_municipality: tuple[Text, ...] = ()
    """What stands for every förvaltning in ``aktiviteter.csv``, besides an empty cell."""
    columns: Mapping[str, Mapping[str, tuple[str, ...] | None]] = {}
    """Headers by canonical key and version; ``None`` where the question was not asked."""

    @cached_property
    def background(self) -> tuple[Background, ...]:
        """The background fields in the configured order."""
        return tuple(
            Background(key=key, label=label, values=self.background_values.get(key, {}))
            for key, label in self.fields.items()
        )

    @cached_property
    def area_keys(self) -> tuple[str, ...]:
        """Area keys in the configured order."""
        return tuple(area.key for area in self.areas)

    @cached_property
    def area_names(self) -> tuple[str, ...]:
        """Area names in the configured order."""
        return tuple(area.name for area in self.areas)

    @cached_property
    def factor_keys(self) -> tuple[str, ...]:
        """Factor keys in the configured order."""
        return tuple(factor.key for factor in self.factors)

    @cached_property
    def factor_names(self) -> tuple[str, ...]:
        """Factor names in the configured order."""
        return tuple(factor.name for factor in self.factors)

    @cached_property
    def item_keys(self) -> tuple[str, ...]:
        """Question keys in the configured order."""
        return tuple(item.key for item in self.items)

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The questions of the NKI (key ``nki``) and of each factor."""
        return {
            group: tuple(item.key for item in self.items if item.group == group)
            for group in (NKI, *self.factor_keys)
        }

    @cached_property
    def labels(self) -> dict[str, str]:
        """Short Swedish names of every area, factor, question and the NKI by key."""
        names: Iterable[tuple[str, str]] = (
            *((area.key, area.name) for area in self.areas),
            *((factor.key, factor.name) for factor in self.factors),
            *((item.key, item.short) for item in self.items),
        )
        return {NKI: "NKI", **dict(names)}

    @cached_property
    def in_text(self) -> dict[str, str]:
        """Names in running text of every area, factor, question and the NKI by key."""
        names = {key: name.lower() for key, name in self.labels.items() if key != NKI}
        return {NKI: self.labels[NKI], **names, **{item.key: item.in_text for item in self.items}}

    def item(self, key: str) -> Item:
        """The question with a key."""
        return next(item for item in self.items if item.key == key)

    @model_validator(mode="after")
    def _groups_are_known_and_filled(self) -> Self:
        known = {NKI, *self.factor_keys}
        keys = [*self.area_keys, *self.factor_keys, *self.item_keys]
        wrong: dict[str, Collection[str]] = {
            "frågor i config/questionnaire_columns.csv hör till okända grupper": (
                {item.group for item in self.items} - known
            ),
            "official_measures har okända nycklar": (
                {*self.official_measures} - known - {*self.item_keys}
            ),
            "grupper utan frågor": {name for name, items in self.groups.items() if not items},
            "bakgrundsuppgifterna i config/questionnaire_columns.csv ska vara "
            f"{', '.join(FIELDS)}; dessa saknas eller är okända": {*self.fields} ^ {*FIELDS},
            "background_values har okända nycklar": {*self.background_values} - {*self.fields},
            "samma nyckel står två gånger": {key for key in keys if keys.count(key) > 1},
        }
        for told, names in wrong.items():
            if names:
                raise ValueError(f"{told}: {', '.join(sorted(names))}")
        return self
