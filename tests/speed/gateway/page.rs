//! The folder of pictures: each part's picture, its points as a table, its figures; and one page with all that are there.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use serde_json::{Value, json};

use crate::plot::Picture;
use crate::points::table;
use crate::sheet::Sheet;

/// Where everything is written, and how it was measured.
pub(crate) struct Page {
    folder: PathBuf,
    is_quick: bool,
}

/// Parts in the order of the page: name, title, what is seen.
const PARTS: [(&str, &str, &str); 4] = [
    (
        "steady",
        "Steady",
        "Twenty times a million requests a day: reads of an item, reads of a page whose answer is kept, and writes that are on disk when they are answered, a third each.",
    ),
    (
        "spike",
        "Spike",
        "Twenty times as much again, from 2,000 callers at once, after and before the steady load. What is too much is turned away at once, and the rest is answered in time. The grey time is the spike.",
    ),
    (
        "soak",
        "Soak",
        "The steady load with orders that go all their way: through the checkout's saga to a warehouse that packs them, or to a declined card, or to a cancellation. At the end everything that was acknowledged is looked for. The grey time is the warm-up, which nothing is compared with: what the platform remembers by design fills meanwhile, and has its bounds (the last 4,096 happenings for the console, 2,000 topics that nobody listens to, 16 MB of kept answers, 2 MB of pages for each connection to a file).",
    ),
    (
        "users",
        "Users",
        "Ten thousand people, each with a connection, who look at things nine times for each cart that they begin, and think for ten seconds between two calls. They come in the grey time, and all stay then.",
    ),
];

const HEAD: &str = "# Load

What the platform of one process does under load: throughput, time until the answer, errors by kind and memory, second by second. All of this page is written by the bench; to make it again
(about 40 minutes; `--quick` shows in a minute whether it runs, `--only=soak` measures one part and leaves the others as they are):

```
cargo bench -p commerce --bench gateway -- --plot infra/local/load
```

Times count from when a call should have been sent, also where an earlier one is late. `resident` is all memory of the platform's process, `anonymous` what is neither its binary nor a file that it maps: the store's
pages on disk aren't in either, and a leak is in both. p99.9 of a second is about its slowest call. The tables beside the pictures (`.csv`) have the same points.
";

impl Page {
    pub(crate) fn new(folder: PathBuf, is_quick: bool) -> Self {
        fs::create_dir_all(&folder).expect("the folder can be made");
        Self { folder, is_quick }
    }

    /// Adds a part, or puts it in the place of what was measured before.
    pub(crate) fn add(&self, sheet: &Sheet, picture: &Picture) {
        let mut figures = sheet.to_json();
        figures["machine"] = json!(machine());
        figures["isQuick"] = json!(self.is_quick);
        let figures = serde_json::to_string_pretty(&figures).expect("JSON") + "\n";
        for (ending, text) in [("svg", picture.svg()), ("csv", table(&picture.series)), ("json", figures)] {
            let path = self.folder.join(format!("{}.{ending}", sheet.part));
            fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        fs::write(self.folder.join("LOAD.md"), page(&self.folder)).expect("the page can be written");
    }
}

/// Everything that the folder has.
fn page(folder: &Path) -> String {
    let mut page = HEAD.to_owned();
    for (part, title, seen) in PARTS {
        let Ok(text) = fs::read_to_string(folder.join(format!("{part}.json"))) else { continue };
        let figures: Value = serde_json::from_str(&text).expect("the bench wrote it");
        let text = |value: &Value| value.as_str().unwrap_or_default().replace('|', "\\|");
        page += &format!(
            "\n## {title}\n\n{seen}\n\n![{title}: throughput, time until the answer, errors and memory over time]({part}.svg)\n\n"
        );
        page += "| | measured | bar |\n| --- | --- | --- |\n";
        for line in figures["figures"].as_array().into_iter().flatten() {
            page += &format!(
                "| {} | {} | {} |\n",
                text(&line["what"]),
                text(&line["figure"]),
                text(&line["bar"])
            );
        }
        let quick = if figures["isQuick"] == true {
            " With `--quick`: it ran, and nothing was measured."
        } else {
            ""
        };
        page +=
            &format!("\nMachine: {}.{quick} Points: [{part}.csv]({part}.csv).\n", text(&figures["machine"]));
    }
    page
}

/// What it was measured on; as much of it as the system tells.
fn machine() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    let line = |file: &str, name: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let model = line("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory =
        line("/proc/meminfo", "MemTotal").and_then(|it| it.trim_end_matches(" kB").parse::<f64>().ok());
    let memory = memory.map(|it| format!(", {:.0} GB of memory", it * 1024.0 / 1e9)).unwrap_or_default();
    let profile = if cfg!(debug_assertions) { "; a debug build" } else { "" };
    format!(
        "{cores} cores of {model}{memory}, {}, shared by the platform and its callers{profile}",
        std::env::consts::OS
    )
}
