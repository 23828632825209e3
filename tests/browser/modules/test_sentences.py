"""Values in sentences, and names that are searched, by scripts as by the server."""

import json

from accounts.tests.test_names import FOUND, NAME, NOT_FOUND
from chatsite.tests.test_isolation import TABLE


def test_scripts_isolate_values_as_the_server_does(run):
    found = run(
        f"""
        const {{ isolated }} = await load("lib/isolated.js");
        return {json.dumps([value for value, *_ in TABLE.values()])}.map((value) =>
          ["ltr", "rtl"].map((direction) => isolated(value, direction) === `\\u2068${{value}}\\u2069`));
        """
    )
    assert dict(zip(TABLE, found, strict=True)) == {name: expected for name, (_, *expected) in TABLE.items()}


def test_scripts_find_a_name_as_the_server_does(run):
    found = run(
        f"""
        const {{ searchedName, hasName }} = await load("lib/names.js");
        const searched = searchedName({json.dumps(NAME)});
        return {json.dumps(FOUND + NOT_FOUND)}.filter((typed) => hasName(searched, typed));
        """
    )
    assert found == FOUND
