"""The front matter of a template: YAML between two lines `---` at its beginning."""

import yaml
from pydantic import Field, ValidationError, field_validator

from touchline.errors import UserError
from touchline.prompts.answer_schemas import SCHEMA_NAMES
from touchline.text import nearest_word
from touchline.validation import Settings, one_sentence, telling
from touchline.yaml_text import line_of, read_yaml_nodes, yaml_problem

_FENCE = "---\n"
_PAGE = "docs/benchmarks.md"


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
        values, node = read_yaml_nodes(f"\n{head}")  # lines are those of the file
        return FrontMatter.model_validate({} if values is None else values), source
    except yaml.YAMLError as error:
        problem = yaml_problem(error)
        raise UserError(f"prompt '{where}', front matter is not valid YAML: {problem}.") from error
    except ValidationError as error:
        fields = ("description", "schema", "inputs")
        line = line_of(node, telling(error)["loc"])
        sentence = one_sentence(error, fields, _PAGE)
        raise UserError(f"prompt '{where}', line {line}: {sentence}") from error
