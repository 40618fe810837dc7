// Runs state machines with aws-local-stepfunctions: a case a line in, a run a line out.

const { createRequire } = require("node:module");
const { createInterface } = require("node:readline");
const path = require("node:path");

// It wants a newer Node, and needs only this of it.
Promise.withResolvers ??= function () {
    const out = {};
    out.promise = new Promise((resolve, reject) => Object.assign(out, { resolve, reject }));
    return out;
};

const { StateMachine } = createRequire(path.join(process.env.TOOLS, "node/package.json"))("aws-local-stepfunctions");

const given = (key) => ({ name: `of ${key}`, flag: key.length % 2 === 0, count: key.length % 7 });

// It has a timer per task, and none that lasts for longer than 24 days: timeouts are not what is judged here.
const LONGEST = 2_000_000;

// Every state of a definition, those inside of others included.
function* states(scope) {
    for (const [name, state] of Object.entries(scope.States)) {
        yield [name, state];
        for (const branch of state.Branches ?? []) yield* states(branch);
        if (state.ItemProcessor) yield* states(state.ItemProcessor);
    }
}

async function run(line) {
    const test = JSON.parse(line);
    const calls = [];
    const tries = {};
    const handler = async (asked) => {
        if (asked.MessageBody) {
            const message = asked.MessageBody;
            calls.push([`park ${message.key}`, message.failure.Error]);
            return {};
        }
        const { key, step, input } = asked.Payload ?? asked;
        calls.push([key, input]);
        const tried = (tries[key] = (tries[key] ?? 0) + 1) - 1;
        const error = (test.fail[step] ?? [])[tried];
        if (error === undefined) return given(key);
        const thrown = new Error("as the script says");
        thrown.name = error;
        throw thrown;
    };
    const overrides = { taskResourceLocalHandlers: {}, waitTimeOverrides: {}, retryIntervalOverrides: {} };
    for (const [name, state] of states(test.definition)) {
        if (state.Type === "Task") {
            state.TimeoutSeconds = Math.min(state.TimeoutSeconds, LONGEST);
            overrides.taskResourceLocalHandlers[name] = handler;
            overrides.retryIntervalOverrides[name] = (state.Retry ?? []).map(() => 1);
        }
        if (state.Type === "Wait") overrides.waitTimeOverrides[name] = 1;
    }
    const options = { validationOptions: { checkArn: false, checkPaths: false } };
    const machine = new StateMachine(test.definition, options);
    // It knows no tokens and counts no retries: what refers to them is given something.
    const context = { State: { RetryCount: 0 }, Task: { Token: "t" } };
    try {
        const output = await machine.run(test.data, { overrides, context }).result;
        return { status: "SUCCEEDED", output, error: "", calls };
    } catch (thrown) {
        if (process.env.SAGA) console.error(thrown);
        const error = thrown.cause?.name ?? thrown.getWrappedError?.name ?? thrown.name ?? "";
        return { status: "FAILED", output: null, error, calls };
    }
}

(async () => {
    const lines = [];
    for await (const line of createInterface({ input: process.stdin })) lines.push(line);
    // Some at a time: most of a run is waiting.
    for (let at = 0; at < lines.length; at += 64) {
        const runs = await Promise.all(lines.slice(at, at + 64).map(run));
        runs.forEach((run) => console.log(JSON.stringify(run)));
    }
})();
