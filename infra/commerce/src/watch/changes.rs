//! What changes among the sources.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// How long it must be quiet after a change: an editor writes a file in several steps, and several files at once.
const QUIET: Duration = Duration::from_millis(40);

/// Folders in which nothing is a source, wherever they are.
const BUILT: [&str; 2] = ["target", "node_modules"];

/// Watches a repository.
pub(super) struct Changes {
    root: PathBuf,
    data: PathBuf,
    paths: mpsc::UnboundedReceiver<PathBuf>,
    _watcher: RecommendedWatcher,
}

/// Files that changed, by their paths inside of the repository.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changed(BTreeSet<PathBuf>);

impl Changes {
    /// Of everything in a repository that isn't hidden, built, or data.
    ///
    /// # Errors
    /// When the system can't watch it.
    pub(super) fn of(root: &Path, data: &Path) -> notify::Result<Self> {
        let (sender, paths) = mpsc::unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            if !event.kind.is_access() {
                // Nobody watches any more: that is fine.
                event.paths.into_iter().for_each(|path| drop(sender.send(path)));
            }
        })?;
        // Not the root as a whole: what is built there are more folders than a system lets one watch.
        watcher.watch(root, RecursiveMode::NonRecursive)?;
        for entry in fs::read_dir(root)? {
            let path = entry?.path();
            if path.is_dir() && path.file_name().is_some_and(|name| !is_passed_over(name)) {
                watcher.watch(&path, RecursiveMode::Recursive)?;
            }
        }
        let data = std::path::absolute(data)?;
        Ok(Self { root: root.to_owned(), data, paths, _watcher: watcher })
    }

    /// What changed, once nothing more does.
    pub(super) async fn next(&mut self) -> Changed {
        let mut changed = Changed::default();
        loop {
            let path = if changed.0.is_empty() {
                self.paths.recv().await
            } else {
                match tokio::time::timeout(QUIET, self.paths.recv()).await {
                    Ok(path) => path,
                    Err(_) => return changed,
                }
            };
            match path {
                Some(path) => changed.0.extend(self.source(&path)),
                // The watcher is ours, so it never goes before we do.
                None => std::future::pending().await,
            }
        }
    }

    /// The path of a source inside of the repository; none of anything else.
    fn source(&self, path: &Path) -> Option<PathBuf> {
        let inside = path.strip_prefix(&self.root).ok()?;
        let passed_over = path.starts_with(&self.data) || inside.iter().any(is_passed_over);
        (!passed_over && !inside.as_os_str().is_empty()).then(|| inside.to_owned())
    }
}

impl Changed {
    /// Whether what is generated may be out of date.
    pub(super) fn asks_to_generate(&self) -> bool {
        self.0.iter().any(|path| path.starts_with("contracts") || path.starts_with("codegen"))
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut paths = self.0.iter();
        if let Some(first) = paths.next() {
            write!(f, "{}", first.display())?;
        }
        match paths.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

fn is_passed_over(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    // Hidden files, and what editors put beside a file while they write it.
    name.starts_with('.') || name.ends_with('~') || BUILT.contains(&name)
}
