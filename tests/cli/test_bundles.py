"""Bundles from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from support.tiny_bundle import write_bundle, write_volume


def test_the_commands_add_list_run_and_remove_a_bundle(bedside, tmp_path: Path) -> None:
    folder = write_bundle(tmp_path / "air_bone")
    unsure = bedside("tools", "bundle", "add", folder)
    assert unsure.code == 2 and "BED-BUNDLE-007" in unsure.err
    assert bedside("tools", "bundle", "list").out.startswith("No bundles yet.")
    added = bedside("tools", "bundle", "add", folder, "--yes", "--body-part", "chest")
    assert added.code == 0
    assert "outlines 2: air, bone" in added.out and "CT volumes of CHEST" in added.out and "sha256" in added.out
    assert json.loads(bedside("tools", "bundle", "list", "--json").out)["name"] == "bundle_air_bone"
    listed = [json.loads(line)["name"] for line in bedside("tools", "list", "--json").out.splitlines()]
    assert "bundle_air_bone" in listed
    scan = write_volume(tmp_path / "v.nii.gz", (20, 20, 20), (3, 3, 3))
    ran = bedside("tools", "run", "bundle_air_bone", "--file", scan, "--json")
    row = json.loads(ran.out)
    assert row["refusal"] is None and row["evidence"]
    strict = bedside("tools", "bundle", "add", folder, "--yes", "--name", "strict", "--modality", "CT")
    assert "CT volumes of any body part" in strict.out
    ran = bedside("tools", "run", "bundle_strict", "--file", scan, "--json")
    assert json.loads(ran.out)["refusal"]["code"] == "BED-TOOL-011"  # a NIfTI does not say that it is a CT
    assert bedside("tools", "bundle", "remove", "air_bone").code == 0
    assert bedside("tools", "run", "bundle_air_bone", "--file", scan).code == 2
    assert "BED-BUNDLE-005" in bedside("tools", "bundle", "add", tmp_path / "nowhere").err
    assert "BED-BUNDLE-007" in bedside("tools", "bundle", "add", folder, "--modality", "XX").err
