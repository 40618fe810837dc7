"""Releases by the commands that the template of the pipeline has CodeBuild run, and what an account looks like."""

import json
import platform
import shlex
import subprocess

# AWS's names of the processor that MiniStack starts functions on: this machine's.
ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "AMD64": "x86_64"}[platform.machine()]

CODE = "code.zip"


class Pipeline:
    """What the emitted `delivery.json` has CodeBuild do, done here."""

    def __init__(self, stipule, root, environment):
        self.stipule, self.root, self.environment = stipule, root, environment
        self.resources = json.loads((root / "infra/stacks/delivery.json").read_text())["Resources"]

    def spec(self, project):
        return json.loads(self.resources[f"{project}Project"]["Properties"]["Source"]["BuildSpec"])

    def commands(self, project):
        return self.spec(project)["phases"]["build"]["commands"]

    def packed(self, binary, folder):
        """The archive, by the command of the project that builds; the binary is one that was built already."""
        packs = [it for it in self.commands("Build") if " package " in it]
        assert len(packs) == 1, f"the pipeline packs {len(packs)} times"
        arguments = shlex.split(packs[0].partition(" -- ")[2])
        here = ["--binary", binary, "--architecture", ARCHITECTURE, "--root", self.root]
        subprocess.run([self.stipule, *arguments, *here], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return folder / CODE

    def release(self, binary, folder, role):
        """Other code and other settings, from what the project that builds hands over; what its last line says."""
        sources, built = folder / "sources", folder / "built"
        (sources / "infra").mkdir(parents=True)
        (sources / "contracts").symlink_to(self.root / "contracts")
        tool = sources / "target/debug/stipule"
        tool.parent.mkdir(parents=True)
        tool.symlink_to(self.stipule)
        other = folder / "other"
        subprocess.run(["strip", "-o", other, binary], check=True)
        other.write_bytes(other.read_bytes() + b"\0")
        self.packed(other, sources)
        (folder / "stacks").rename(sources / "infra/stacks")
        changed(sources / "infra/stacks")
        for pattern in self.spec("Build")["artifacts"]["files"]:
            # `**` of glob doesn't follow links.
            whole, _, rest = pattern.partition("/**/")
            found = [sources / whole] if rest else sorted(sources.glob(pattern))
            assert found, f"the pipeline hands over nothing as {pattern}"
            for path in found:
                place = built / path.relative_to(sources)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(path.resolve())
        script = "set -e\n" + "\n".join(self.commands("Deploy"))
        ran = subprocess.run(
            ["sh", "-c", script], cwd=built, env=self.environment | {"STACKS_ROLE": role}, capture_output=True, text=True
        )
        if ran.returncode != 0:
            raise SystemExit(f"the pipeline deploys nothing: {ran.stdout[-2000:]}{ran.stderr[-3000:]}")
        return ran.stdout.splitlines()[-1]


def changed(folder):
    """Something harmless in two kinds of stacks."""
    path = folder / "compute-orders.json"
    path.write_text(path.read_text().replace('"Threshold": ', '"Threshold": 1'))
    path = folder / "foundation.json"
    path.write_text(path.read_text().replace("Lets API Gateway write logs", "Lets API Gateway write its logs"))


class Account:
    """What stands in an account under a prefix, as boto3 sees it."""

    def __init__(self, client, prefix):
        self.client, self.prefix = client, prefix

    def picture(self):
        """Templates, functions, aliases and alarms, by name: what they are, without when and how often."""
        formation, functions = self.client("cloudformation"), self.client("lambda")
        found = {}
        for page in formation.get_paginator("describe_stacks").paginate():
            for stack in page["Stacks"]:
                name = stack["StackName"]
                if name.startswith(self.prefix):
                    body = formation.get_template(StackName=name)["TemplateBody"]
                    found["stack " + name] = json.loads(body) if isinstance(body, str) else body
        for page in functions.get_paginator("list_functions").paginate():
            for it in page["Functions"]:
                name = it["FunctionName"]
                kept = ("Description", "CodeSha256", "Environment", "MemorySize", "Timeout", "Handler")
                found["function " + name] = {key: it.get(key) for key in kept}
                for alias in functions.list_aliases(FunctionName=name)["Aliases"]:
                    version = functions.get_function_configuration(
                        FunctionName=name, Qualifier=alias["FunctionVersion"]
                    )
                    found[f"alias {name}:{alias['Name']}"] = version["CodeSha256"]
        for page in self.client("cloudwatch").get_paginator("describe_alarms").paginate():
            for alarm in page["MetricAlarms"]:
                found["alarm " + alarm["AlarmName"]] = (alarm.get("Threshold"), alarm.get("AlarmDescription"))
        return found


def differs(before, after):
    """How many of each kind differ, and the first few of them."""
    names = sorted(it for it in before.keys() | after.keys() if before.get(it) != after.get(it))
    kinds = [it.partition(" ")[0] for it in names]
    return {"few": names[:5]} | {kind: kinds.count(kind) for kind in sorted(set(kinds))}
