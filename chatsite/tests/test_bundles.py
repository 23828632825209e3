"""What production serves instead of our sources: each of them once, in few files, or a sentence that says why not."""

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test.utils import override_settings
from django.utils.functional import SimpleLazyObject

from chatsite.bundles import collected as release
from chatsite.bundles import scripts, styles
from chatsite.templatetags import interface

SOURCES = django_settings.BASE_DIR / "static"
BUNDLED = {"BACKEND": "chatsite.bundles.storage.BundledStaticFilesStorage"}


def collect(folder, target):
    """Collect the static files of a folder; return what production takes for `staticfiles_storage`."""
    finders.get_finder.cache_clear()
    with override_settings(
        STATIC_ROOT=target,
        STATICFILES_DIRS=[folder],
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STORAGES=django_settings.STORAGES | {"staticfiles": BUNDLED},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        storage = storages.create_storage(BUNDLED)
    finders.get_finder.cache_clear()
    return storage


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Our own files."""
    return collect(SOURCES, tmp_path_factory.mktemp("static"))


def served(storage, name):
    return Path(storage.path(storage.hashed_files[name])).read_text()


def test_each_of_our_sources_is_in_one_bundle(collected):
    bundles = {name: served(collected, name) for name in collected.hashed_files if name.endswith((".js", ".css"))}
    found = re.findall(r'^\$modules\["(.*)"\] = ', "".join(bundles.values()), re.MULTILINE)
    assert sorted(found) == sorted(str(path.relative_to(SOURCES)) for path in SOURCES.glob("js/**/*.js"))
    assert [name for name in bundles if name.endswith(".css")] == ["css/admin.css", "css/app.css"]
    for sheet in set(SOURCES.glob("css/*.css")) - {SOURCES / "css/app.css", SOURCES / "css/admin.css"}:
        assert re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL) in bundles["css/app.css"]
    for name in bundles:
        assert Path(collected.path(collected.hashed_files[name] + ".br")).is_file()


def test_each_file_that_a_template_names_is_served(collected):
    templates = (django_settings.BASE_DIR / "templates").rglob("*.html")
    names = {name for path in templates for name in re.findall(r"\{% static '([^']+)' %\}", path.read_text())}
    assert "js/chat.js" in names
    assert names <= set(collected.hashed_files)


def test_pages_fetch_what_scripts_share_beside_them(collected, monkeypatch):
    assert interface.modulepreload() == ""
    monkeypatch.setattr(interface, "staticfiles_storage", collected)
    shared = collected.hashed_files[scripts.SHARED]
    assert interface.modulepreload() == f'<link rel="modulepreload" href="/static/{shared}">'
    assert served(collected, "js/chat.js").startswith(f'import {{ $modules }} from "./{Path(shared).name}";')


def test_a_source_that_cannot_be_bundled_ends_the_collection(tmp_path):
    source = tmp_path / "sources" / "js" / "page.js"
    source.parent.mkdir(parents=True)
    source.write_text('import { a } from "./lib/nothing.js";\n')
    with pytest.raises(CommandError, match=r"^js/page\.js imports js/lib/nothing\.js, which does not exist\.$"):
        collect(tmp_path / "sources", tmp_path / "collected")


SCRIPTS = {
    "a missing module": ({"js/a.js": 'import "./b.js";'}, "js/a.js imports js/b.js, which does not exist."),
    "a circle": (
        {"js/a.js": 'import "./b.js";', "js/b.js": 'import { c } from "./a.js";', "js/c.js": 'import "./b.js";'},
        "Modules that import each other cannot be bundled: js/a.js, js/b.js, js/a.js.",
    ),
    "a default": ({"js/a.js": "export default 1;"}, "know this form: export default 1;"),
    "what changes later": ({"js/a.js": "export let count = 0;"}, "know this form: export let count = 0;"),
    "an import at run time": ({"js/a.js": '  await import("./b.js");'}, 'know this form: await import("./b.js");'),
    "single quotes": ({"js/a.js": "import { b } from './b.js';"}, "know this form: import { b } from './b.js';"),
}


@pytest.mark.parametrize(("sources", "sentence"), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts_that_are_not_bundled_are_refused(sources, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)):
        scripts.bundle(sources, lambda name, text: name)


def test_a_module_that_two_scripts_need_is_in_the_file_that_they_share():
    sources = {
        "js/one.js": 'import { a as b } from "./lib/a.js";\nimport * as own from "./own.js";\nb(own);\n',
        "js/own.js": "export const x = 1;\nexport class Y {}\n",
        "js/parts/two.js": 'import "../lib/a.js";\n',
        "js/lib/a.js": "export async function a() {}\n",
        "js/three.js": "alone();\n",
    }
    files = scripts.bundle(sources, lambda name, text: name.replace(".js", ".hash.js"))
    assert sorted(files) == ["js/one.js", "js/parts/two.js", "js/shared.js", "js/three.js"]
    assert "async function a() {}\nreturn { a };" in files["js/shared.js"]
    assert files["js/one.js"].startswith('import { $modules } from "./shared.hash.js";\n')
    assert files["js/parts/two.js"].startswith('import { $modules } from "./../shared.hash.js";\n')
    assert files["js/three.js"].startswith("const $modules = {};\n")
    assert 'const { a: b } = $modules["js/lib/a.js"]();\nconst own = $modules["js/own.js"]();\n' in files["js/one.js"]
    assert "const x = 1;\nclass Y {}\nreturn { x, Y };" in files["js/one.js"]


STYLES = {
    "a missing sheet": ('@import url("b.css");', "css/a.css imports css/b.css, which does not exist."),
    "another folder": ('@import url("../b.css");', 'know this form: @import url("../b.css");'),
    "another form": ('@import "b.css";', 'know this form: @import "b.css";'),
}


@pytest.mark.parametrize(("sheet", "sentence"), STYLES.values(), ids=STYLES)
def test_styles_that_are_not_bundled_are_refused(sheet, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)):
        styles.bundle({"css/a.css": sheet})


def test_styles_keep_their_layers_and_media():
    sheets = {
        "css/app.css": '/* why */@layer one, two;\n@import url("a.css") layer(one) print;\n@import url("b.css");\n',
        "css/a.css": "a { color: red; }\n",
        "css/b.css": '@import url("a.css") layer(two);\nb { top: 0; }\n',
    }
    assert styles.bundle(sheets) == {
        "css/app.css": "@layer one, two;\n@media print {\n@layer one {\na { color: red; }\n}}\n"
        "@layer two {\na { color: red; }\n}\nb { top: 0; }\n\n"
    }


class TestCollected:
    """Without the static files of its release, a process of `web` would answer each page with an error."""

    @pytest.fixture
    def found(self, tmp_path, monkeypatch):
        """What is said of a folder with a picture, after this was done to what was collected of it."""
        source, target = tmp_path / "source", tmp_path / "target"
        (source / "img").mkdir(parents=True)
        (source / "img" / "icon.svg").write_text("<svg/>")
        collect(source, target)

        def say(spoil):
            spoil(source, target)
            finders.get_finder.cache_clear()
            with override_settings(
                STATIC_ROOT=target,
                STATICFILES_DIRS=[source],
                STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
            ):
                monkeypatch.setattr(
                    release, "staticfiles_storage", SimpleLazyObject(lambda: storages.create_storage(BUNDLED))
                )
                answer = release.problem()
            finders.get_finder.cache_clear()
            return answer

        return say

    def test_nothing_is_said_where_they_are_there(self, found):
        assert found(lambda source, target: None) is None

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda source, target: shutil.rmtree(target),
            lambda source, target: (target / "staticfiles.json").unlink(),
            lambda source, target: (source / "img" / "new.svg").write_text("<svg/>"),
        ],
    )
    def test_what_is_missing_is_said(self, found, spoil):
        sentence, remedy = found(spoil)
        assert "are missing" in sentence
        assert "bin/run prepare" in remedy

    def test_a_damaged_list_is_said(self, found):
        assert "damaged" in found(lambda source, target: (target / "staticfiles.json").write_text("{"))[0]

    def test_what_may_not_be_read_is_said(self, found, monkeypatch):
        def refuse(folder):
            raise PermissionError(13, "Permission denied", str(folder))

        monkeypatch.setattr(release, "scandir", refuse)
        assert found(lambda source, target: None)[0].endswith("cannot be read: Permission denied.")

    def test_a_process_that_would_show_pages_does_not_start(self, found, monkeypatch):
        monkeypatch.setattr(release, "problem", lambda: ("They are missing.", "Run it."))
        with pytest.raises(SystemExit, match=r"They are missing\. Run it\."):
            release.demand()

    def test_development_serves_the_sources(self):
        assert release.problem() is None
