"""The front matter of a template: YAML between two lines `---` at its beginning."""

import yaml
from pydantic import Field, ValidationError, field_validator

from touchline.errors import UserError
from touchline.prompts.answer_schemas import SCHEMA_NAMES
from touchline.text import nearest_word
from touchline.validation import Settings, one_sentence
from touchline.yaml_text import read_yaml, yaml_problem

_FENCE = "---\n"


class FrontMatter(Settings):
    """What a template says about itself.

    Attributes:
        description: one line for lists of templates.
        answer_schema: name of the schema of its answers, written `schema`.
        inputs: the variables that its text uses.
    """

    description: str
    answer_schema: str = Field(alias="schema")
    inputs: frozenset[str]

    @field_validator("answer_schema")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in SCHEMA_NAMES:
            nearest = nearest_word(name, SCHEMA_NAMES)
            raise ValueError(f"it is not one of {', '.join(SCHEMA_NAMES)}{nearest}")
        return name


def split_front_matter(text: str, where: str) -> tuple[FrontMatter | None, str]:
    """The front matter of a template, None where it has none, and the text behind it.

    Raises:
        UserError: the front matter is not valid.
    """
    if not text.startswith(_FENCE):
        return None, text
    head, fence, source = text.removeprefix(_FENCE).partition(f"\n{_FENCE}")
    if not fence:
        raise UserError(f"prompt '{where}' begins with '---', but no second '---' ends this part.")
    try:
        return FrontMatter.model_validate(read_yaml(head)), source
    except yaml.YAMLError as error:
        problem = yaml_problem(error)
        raise UserError(f"prompt '{where}', front matter is not valid YAML: {problem}.") from error
    except ValidationError as error:
        fields = ("description", "schema", "inputs")
        raise UserError(f"prompt '{where}', front matter: {one_sentence(error, fields)}") from error
