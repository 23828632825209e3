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


def test_a_fault_of_the_server_has_the_reference_of_its_request(run):
    found = run(
        """
        const { errorFrom } = await load("lib/api.js");
        const { errorSentence } = await load("message/message-api.js");
        const sentence = (status) => errorSentence(errorFrom(status, null, null, "b7a1d2c40e9f4d36"));
        return { fault: sentence(500), away: sentence(503) };
        """
    )
    assert found["fault"] == f"{found['away']} (b7a1d2c4)"
