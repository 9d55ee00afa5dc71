"""A pack that is wrong is refused with file, key and what is wrong."""

from pathlib import Path

import pytest

from requestflow.law import PackInvalid, report_forms
from requestflow.law.loading import PACKS, load_pack


def broken(tmp_path: Path, before: str, after: str) -> Path:
    for source in PACKS.glob("*.toml"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "cn-2019.toml"
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, after, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("number = 20\n", 'number = "twenty"\n', "limits[1].number"),
        ('kind = "reply"', 'kindd = "reply"', "kindd"),
        ('within = ["clarification_request"]', 'within = ["nothing"]', "nothing"),
        ('outcomes = ["unable", "partial"]', 'outcomes = ["unabel"]', "unabel"),
        ("received_from = 2019-05-15", "received_from = ", "TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, before: str, after: str, named: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        load_pack(broken(tmp_path, before, after))
    assert "cn-2019.toml" in str(caught.value)
    assert named in str(caught.value)


def test_every_figure_of_a_form_has_a_name_of_its_own() -> None:
    for form in report_forms():
        for table in form.tables:
            for locale in ("zh_CN", "en"):
                named = [label.text(locale) for label in table.names.values()]
                assert len(set(named)) == len(named), (form.code, table.id)
    other = report_forms()[-1].table("t3").names["3.6.3", "other"]
    assert other.zh == "三、本年度办理结果：（六）其他处理：3.其他：法人或其他组织：其他"
