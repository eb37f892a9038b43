"""Administrative units from a file: what is previewed, what is refused and why, what is then there."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from helpers import places, world
from helpers.people import acting
from helpers.places import MARK, area, boundary, collection, square

from phanhoi_app.agencies.units import api, applying, boundaries, package, plan, reading
from phanhoi_app.intake.importer.errors import ImportRefused

HEADER = "code,name,type,parent code,valid_from,valid_to,successors,latitude,longitude"
UNITS = f"""{HEADER}
T-A-20,Tỉnh Thử Hai,Tỉnh,,2025-07-01,,,19.5,105.5
T-A-21,Xã Văn Lang,Xã,T-A-20,01/07/2025,,,19.51,105.51
T-A-22,Xã Văn Lăng,Xã,T-A-20,2025-07-01,,,"19,52","105,52"
T-A-11,Thị trấn Cũ,,T-A-20,,30/06/2025,T-A-21; T-A-22,,
"""


@pytest.fixture
def clean(site):
    """Imports commit; what they made is taken away before and after."""
    places.clear(site)
    yield site
    places.clear(site)
    for name in site.get_all("File", filters={"file_name": ("like", "units%.csv")}, pluck="name"):
        site.delete_doc("File", name)
    site.db.commit()


@pytest.fixture
def written(tmp_path):
    """``written(text)`` gives the path of a file that holds it."""

    def write(text: str, name: str = "units.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def planned(path):
    return plan.make(reading.read(path))


def errors_of(path) -> list[tuple[int, str]]:
    return planned(path).errors


def test_units_become_areas_with_parents_dates_and_successors(clean, written):
    applying.take_over(reading.read(written(UNITS)))
    rows = clean.get_all(
        "Area",
        filters={"name": ("like", f"{MARK}%")},
        fields=["name", "area_name", "area_type", "parent_area", "is_group", "latitude"],
        order_by="name",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("T-A-11", "Thị trấn Cũ", "Commune", "T-A-20", 0, 0),
        ("T-A-20", "Tỉnh Thử Hai", "Province", None, 1, 19.5),
        ("T-A-21", "Xã Văn Lang", "Commune", "T-A-20", 0, 19.51),
        ("T-A-22", "Xã Văn Lăng", "Commune", "T-A-20", 0, 19.52),
    ]
    old = clean.get_doc("Area", "T-A-11")
    assert [(row.area, str(row.date)) for row in old.successors] == [
        ("T-A-21", "2025-07-01"),
        ("T-A-22", "2025-07-01"),
    ]


def test_the_tree_is_numbered_as_the_framework_would(clean, written):
    applying.take_over(reading.read(written(UNITS)))
    tree = clean.get_all("Area", fields=["name", "lft", "rgt", "parent_area", "old_parent"])
    by_name = {row.name: row for row in tree}
    assert sorted(number for row in tree for number in (row.lft, row.rgt)) == list(
        range(1, 2 * len(tree) + 1)
    )
    for row in tree:
        assert (row.old_parent or None) == (row.parent_area or None)
        if row.parent_area:
            above = by_name[row.parent_area]
            assert above.lft < row.lft < row.rgt < above.rgt
    added = area(clean, "23", parent_area="T-A-20")  # and the framework goes on from there
    assert by_name["T-A-20"].lft < added.lft < clean.db.get_value("Area", "T-A-20", "rgt")


def test_a_second_time_changes_nothing(clean, written):
    path = written(UNITS)
    applying.take_over(reading.read(path))
    before = clean.get_all("Area", fields=["name", "modified"])
    again = applying.take_over(reading.read(path))
    assert again.counts() == {"new": 0, "changed": 0, "ended": 0, "unchanged": 4}
    assert clean.get_all("Area", fields=["name", "modified"]) == before


def test_the_preview_says_what_changes_and_writes_nothing(clean, written):
    applying.take_over(reading.read(written(UNITS)))
    changed = UNITS.replace("Xã Văn Lang,Xã", "Phường Văn Lang,Phường").replace(
        "T-A-22,Xã Văn Lăng,Xã,T-A-20,2025-07-01,,,",
        "T-A-22,Xã Văn Lăng,Xã,T-A-20,2025-07-01,2026-12-31,T-A-24,",
    )
    made = planned(written(changed + "T-A-24,Xã Mới,Xã,T-A-21,2027-01-01,,,,\n"))
    assert made.counts() == {"new": 1, "changed": 1, "ended": 1, "unchanged": 2}
    told = {change.code: (change.kind, change.details) for change in made.changes}
    assert told["T-A-21"] == (
        "changed",
        ["Tên: Xã Văn Lang → Phường Văn Lang", "Loại: Xã → Phường", "Nhóm: (trống) → Có"],
    )
    assert told["T-A-22"] == (
        "ended",
        ["Hiệu lực đến: (trống) → 31/12/2026", "Đơn vị kế thừa: (trống) → T-A-24"],
    )
    assert clean.db.get_value("Area", "T-A-21", "area_name") == "Xã Văn Lang"
    assert not clean.db.exists("Area", "T-A-24")


def test_a_column_that_is_absent_leaves_things_as_they_are(clean, written):
    applying.take_over(reading.read(written(UNITS)))
    made = applying.take_over(reading.read(written("Mã;Tên\nT-A-22;Xã Văn Lăng\nT-A-11;Thị trấn Cũ\n")))
    assert made.counts() == {"new": 0, "changed": 0, "ended": 0, "unchanged": 2}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",Xã A,Xã,,,,,,", "Thiếu mã"),
        ("T-A-1,,Xã,,,,,,", "Thiếu tên"),
        ("T-A-1,Thôn A,Thôn,,,,,,", "Không biết loại “Thôn”"),
        ("T-A-1,Nơi A,,,,,,,", "Không biết loại “”"),
        ("97,Xã A,Xã,,,,,,", "ít hơn 5 chữ số"),
        ("T<A,Xã A,Xã,,,,,,", "Không dùng được mã"),
        ("T-A-1,Xã A,Xã,T-A-99,,,,,", "cấp trên T-A-99 không có"),
        ("T-A-1,Xã A,Xã,T-A-1,,,,,", "trực thuộc chính nó"),
        ("T-A-1,Xã A,Xã,,31/02/2025,,,,", "Không đọc được ngày “31/02/2025”"),
        ("T-A-1,Xã A,Xã,,2025-07-01,2025-06-30,,,", "trước"),
        ("T-A-1,Xã A,Xã,,,2025-06-30,T-A-99,,", "kế thừa T-A-99 không có"),
        ("T-A-1,Xã A,Xã,,,2025-06-30,T-A-1,,", "không thể kế thừa chính nó"),
        (f"T-A-1,Xã A,Xã,,,,{world.WARD},,", "chưa có ngày cuối"),
        ("T-A-1,Xã A,Xã,,,,,190,105", "Không đọc được vị trí “190, 105”"),
        ("T-A-1,Xã A,Xã,,,,,19,", "Không đọc được vị trí"),
        ("T-A-1,Xã A", "2 ô"),
        ("t-province,Tỉnh Thử,Tỉnh,,,,,,", "được viết là T-PROVINCE"),
        ("T-A-9,Xã Đầu,Xã,,,,,,", "đã có ở dòng 2"),
    ],
)
def test_each_wrong_row_is_named_with_its_number(clean, province, written, row, words):
    errors = errors_of(written(f"{HEADER}\nT-A-9,Xã Đầu,Xã,,,,,,\n{row}\n"))
    assert [number for number, _ in errors] == [3]
    assert words in errors[0][1]


def test_two_units_cannot_stand_below_each_other(clean, written):
    errors = errors_of(written("code,name,parent\nT-A-1,Xã A,T-A-2\nT-A-2,Xã B,T-A-1\n"))
    assert [number for number, _ in errors] == [2, 3]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "trống"),
        ("code,name\n", "không có đơn vị nào"),
        ("ten,loai\nXã A,Xã\n", "thiếu cột “code”"),
        ("code,mã,name\n1,1,a\n", "hai cột"),
        ("mã,tên\n1,Xã A\n".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_units_is_refused(site, written, content, words):
    with pytest.raises(ImportRefused, match=words):
        reading.read(written(content))


def test_one_wrong_row_keeps_all_of_them_out(clean, written):
    with pytest.raises(ImportRefused, match=r"phải sửa 1 lỗi trước. Dòng 6"):
        applying.take_over(reading.read(written(UNITS + "T-A-30,Xã A,Xã,T-A-99,,,,,\n")))
    assert not clean.db.exists("Area", "T-A-20")


def test_a_failure_in_the_middle_leaves_nothing(clean, written, monkeypatch):
    monkeypatch.setattr(applying, "_number_tree", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        applying.take_over(reading.read(written(UNITS)))
    assert not clean.db.exists("Area", "T-A-20")
    assert clean.db.sql("select is_free_lock(%s)", f"{clean.conf.db_name}:phanhoi_units")[0][0] == 1


def test_what_was_previewed_is_what_is_done(clean, written):
    units = reading.read(written(UNITS))
    fingerprint = plan.make(units).fingerprint()
    area(clean, "21", "Xã Ai Đó")
    clean.db.commit()
    with pytest.raises(applying.PlanChanged, match="xem trước lại"):
        applying.take_over(units, fingerprint)
    assert clean.db.get_value("Area", "T-A-21", "area_name") == "Xã Ai Đó"


def test_the_whole_country_is_planned_quickly(clean, written):
    import time

    rows = [f"T-A-{n:05},Xã Số {n},Xã,T-A-P{n % 34},,,,," for n in range(3321)]
    rows += [f"T-A-P{n},Tỉnh Số {n},Tỉnh,,,,,," for n in range(34)]
    begun = time.perf_counter()
    made = planned(written("\n".join([HEADER, *rows])))
    assert made.counts()["new"] == 3355
    assert [change.code for change in made.changes[:2]] == ["T-A-P0", "T-A-00000"], "parents first"
    assert time.perf_counter() - begun < 5


# who may


def upload(site, content: str, name: str = "units.csv"):
    return (
        site.get_doc({"doctype": "File", "file_name": name, "content": content.encode(), "is_private": 1})
        .insert()
        .file_url
    )


@pytest.mark.parametrize("user", [world.OFFICER, world.LEADER, world.COORDINATOR, world.SUPERVISOR, "Guest"])
def test_others_may_not(clean, province, user):
    with acting(clean, user):
        for call in (api.sources, lambda: api.preview("x"), lambda: api.take_over("x", "y")):
            with pytest.raises(clean.PermissionError):
                call()


def test_the_administrator_previews_and_takes_over_in_the_desk(clean, province):
    with acting(clean, province.ADMINISTRATOR):
        url = upload(clean, UNITS)
        shown = api.preview(url)
        assert shown["kind"] == "units"
        assert shown["counts"] == {"new": 4, "changed": 0, "ended": 0, "unchanged": 0}
        assert shown["rows"][0]["code"] == "T-A-20"
        assert api.take_over(shown["fingerprint"], url)["new"] == 4
        assert api.preview(url)["counts"]["unchanged"] == 4
    assert clean.db.get_value("Area", "T-A-21", "owner") == province.ADMINISTRATOR


def test_nobody_elses_file_is_read(clean, province):
    url = upload(clean, UNITS + "\n")  # the Administrator's
    with acting(clean, province.ADMINISTRATOR), pytest.raises(ImportRefused, match="chọn lại tệp"):
        api.preview(url)


# boundaries


def test_boundaries_find_their_areas_by_the_code(clean, written):
    area(clean, "1")
    area(clean, "2", boundary=boundary(square(61, 10)))
    area(clean, "3", boundary=boundary(square(62, 10)))
    clean.db.commit()
    path = written(
        "\ufeff"
        + collection(
            {
                "T-A-1": square(60, 10),
                "T-A-2": square(61, 10, 0.2),
                "T-A-3": square(62, 10),
                "9": square(1, 1),
            }
        ),
        "xa.geojson",
    )
    assert boundaries.is_geojson(path)
    made = boundaries.take_over(path)
    assert made.property_name == "ma_xa"
    assert made.counts() == {"new": 1, "changed": 1, "unchanged": 1, "unknown": 1}
    assert clean.db.get_value("Area", "T-A-1", "max_longitude") == 60.1
    assert boundaries.make(path).counts() == {"new": 0, "changed": 0, "unchanged": 3, "unknown": 1}


def test_islands_of_one_code_become_one_boundary(clean, written):
    area(clean, "1")
    clean.db.commit()
    features = json.loads(collection({"T-A-1": square(60, 10)}))
    features["features"] += json.loads(collection({"T-A-1": square(61, 10)}))["features"]
    boundaries.take_over(written(json.dumps(features)), "ma_xa")
    assert json.loads(clean.db.get_value("Area", "T-A-1", "boundary"))["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "Không đọc được GeoJSON"),
        ("[]", "không phải là FeatureCollection"),
        ('{"features": []}', "không phải là FeatureCollection"),
        (collection({"x": square(1, 1)}, "ma"), "Không thuộc tính nào.*ten, ma"),
        (b"\x1f\x8b\x08\x00broken", "hỏng"),
    ],
)
def test_a_file_without_boundaries_is_refused(site, written, content, words):
    with pytest.raises(ImportRefused, match=words):
        boundaries.make(written(content))


def test_a_wrong_boundary_keeps_all_of_them_out(clean, written):
    area(clean, "1")
    area(clean, "2")
    clean.db.commit()
    path = written(collection({"T-A-1": square(60, 10), "T-A-2": square(61, 10)[:4]}))
    assert [(number, text.split(":")[0]) for number, text in boundaries.make(path).errors] == [(2, "T-A-2")]
    with pytest.raises(ImportRefused, match="Đối tượng 2: T-A-2: Một vòng"):
        boundaries.take_over(path)
    assert not clean.db.get_value("Area", "T-A-1", "boundary")


# the package


def test_the_package_gives_codes_and_names_and_no_positions(clean, monkeypatch):
    rows = [
        {
            "provinceCode": code,
            "province": name,
            "wardCode": ward,
            "ward": title,
            "wardType": title.split()[0],
        }
        for code, name, ward, title in (
            ("38", "Tỉnh Thanh Hóa", "14797", "Phường Hạc Thành"),
            ("38", "Tỉnh Thanh Hóa", "14758", "Phường Hàm Rồng"),
            ("01", "Thành phố Hà Nội", "00004", "Phường Ba Đình"),
        )
    ]
    asked = []
    module = SimpleNamespace(get_data=lambda fields, table: asked.append((fields, table)) or rows)
    monkeypatch.setitem(sys.modules, "vietnamadminunits", SimpleNamespace(database=module))
    monkeypatch.setitem(sys.modules, "vietnamadminunits.database", module)
    units = package.read("38")
    assert [(unit.code, unit.values) for unit in units] == [
        ("38", {"area_name": "Tỉnh Thanh Hóa", "area_type": "Province", "parent_area": None}),
        ("14797", {"area_name": "Phường Hạc Thành", "area_type": "Ward", "parent_area": "38"}),
        ("14758", {"area_name": "Phường Hàm Rồng", "area_type": "Ward", "parent_area": "38"}),
    ]
    assert not any(word in field.lower() for field in asked[0][0] for word in ("lat", "lon"))
    assert len(package.read()) == 5
    with pytest.raises(ImportRefused, match="“77”"):
        package.read("77")


def test_without_the_package_the_command_to_install_it_is_said(site, monkeypatch):
    monkeypatch.setitem(sys.modules, "vietnamadminunits", None)
    monkeypatch.setitem(sys.modules, "vietnamadminunits.database", None)
    with pytest.raises(ImportRefused, match=r"phanhoi_app\[units\]"):
        package.read()


# the command


@pytest.fixture
def bench(clean, home):
    """``bench(*arguments, typed="")`` runs the command in a process of its own: (its exit code, all it said)."""
    from localbench import sites

    def run(*arguments, typed=""):
        done = subprocess.run(  # noqa: S603 - our own command
            sites.command(home, "import-units", *map(str, arguments)),
            cwd=home.sites,
            env=sites.environment(home),
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )
        clean.db.rollback()  # see what the other process has written
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_command_previews_asks_and_takes_over(clean, bench, written):
    path = written(UNITS)
    code, said = bench(path, typed="n\n")
    assert code == 1
    assert "Mới: T-A-21 Xã Văn Lang" in said
    assert "Mới: 4, Thay đổi: 0" in said
    assert not clean.db.exists("Area", "T-A-20")
    code, said = bench(path, "--yes")
    assert (code, clean.db.get_value("Area", "T-A-22", "area_name")) == (0, "Xã Văn Lăng"), said
    assert "Không có gì phải làm" in bench(path, "--yes")[1]
    outlines = written(collection({"T-A-21": square(60, 10)}), "xa.geojson")
    assert bench(outlines, "--yes")[0] == 0
    assert clean.db.get_value("Area", "T-A-21", "max_latitude") == 10.1


def test_the_command_ends_in_words(bench, written, tmp_path):
    code, said = bench(written(UNITS + "97,Xã A,Xã,,,,,,\n"), "--yes")
    assert code == 1
    assert "Dòng 6: Mã 97" in said
    code, said = bench(tmp_path / "nowhere.csv", "--yes")
    assert code == 1
    assert "Traceback" not in said
    code, said = bench()
    assert code == 2
    assert "FILE or --from-package" in said
