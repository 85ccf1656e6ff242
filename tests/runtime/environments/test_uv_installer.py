"""What is left of a package that was built from its source goes; what came of it stays."""

from __future__ import annotations

from pathlib import Path

from studio.runtime.environments.uv_installer import Uv


def test_sources_go_and_results_stay(tmp_path: Path) -> None:
    uv = Uv(Path("uv"), tmp_path)
    cache = tmp_path / "uv" / "sdists-v10"
    built = [cache / "pypi" / "docopt" / "0.6.2" / "x", cache / "index" / "0a1b" / "muq" / "0.1.0" / "y"]
    other = cache / "pypi" / "docopt" / "0.6.1" / "z"
    for place in [*built, other]:
        (place / "src").mkdir(parents=True)
        (place / "docopt.whl").touch()
    uv.clear(["   Building docopt==0.6.2", "      Built docopt==0.6.2", "      Built muq==0.1.0", "Built ../../x==1"])
    assert [place for place in built if (place / "src").exists()] == []
    assert all((place / "docopt.whl").exists() for place in built)
    assert (other / "src").exists()
