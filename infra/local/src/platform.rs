//! The platform of one process: put together, started, stopped.

mod access;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use stipule_runtime::App;
use stipule_runtime::auth::{Jwks, Verifier};
use stipule_runtime::page::CursorKey;
use stipule_runtime::ports::Ports;
use stipule_runtime::socket::Sockets;
use stipule_runtime::store::Store;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::announce::Announcing;
use crate::bus::Bus;
use crate::chaos::{Rough, Storm};
use crate::console::{Console, Key, Recorder};
use crate::consume::Consumer;
use crate::database::Files;
use crate::functions::{Counts, Function};
use crate::gateway::{Admission, Answers, Gateway, Limits, MOST_SOCKETS, Patience};
use crate::happening::Happenings;
use crate::issue::Issuer;
use crate::live::Hub;
use crate::parts::{Parts, StartError};
use crate::publish::{PublishError, Publisher};
use crate::queue::{QueueError, Queues};
use crate::remote::{ProcessError, Remote, Running};
use crate::secret::Secrets;
use crate::sweep;
use crate::table::{LocalTable, Place};
use crate::traffic::Tape;
use crate::witness;
use crate::workflow::{Driver, Runs, Starter};

/// File of the queues in the data folder.
const QUEUES: &str = "queues.sqlite";

/// File of the sagas in the data folder.
const SAGAS: &str = "sagas.sqlite";

/// A running platform.
pub struct Local {
    app: Arc<App>,
    ports: Arc<Ports>,
    hub: Arc<Hub>,
    queues: Queues,
    runs: Runs,
    happenings: Happenings,
    storm: Arc<Storm>,
    tape: Option<Arc<Tape>>,
    publisher: Arc<Publisher>,
    verifier: Arc<Verifier>,
    /// Of the platform's own tokens.
    keys: Jwks,
    issuer: Arc<Issuer>,
    key: Arc<Key>,
    recorder: Arc<Recorder>,
    limits: Arc<Limits>,
    answers: Arc<Answers>,
    admission: Arc<Admission>,
    patience: Patience,
    draining: CancellationToken,
    stopping: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    /// The table, if it was opened here.
    table: Weak<LocalTable>,
    /// The functions, where they are processes of their own.
    running: Option<Running>,
}

impl Local {
    /// Opens the data and starts publisher, consumers and sweeper. Nothing is served before [`serve`](Self::serve).
    ///
    /// # Errors
    /// When the data folder belongs to another process, is damaged, or holds another table.
    pub fn start(parts: Parts) -> Result<Self, StartError> {
        let table = Arc::new(LocalTable::open(&parts.place, parts.table)?);
        let mut local = Self::begin(parts, Arc::clone(&table) as Arc<dyn Store>, Some(&table))?;
        local.table = Arc::downgrade(&table);
        let clock = Arc::clone(&local.ports.clock);
        local.tasks.push(tokio::spawn(sweep::run(table, clock, local.stopping.clone())));
        Ok(local)
    }

    /// As [`start`](Self::start), over a store that the caller opened: tests put a faulty one in between. Expired rows
    /// stay where they are.
    ///
    /// # Errors
    /// When queues or secrets can't be opened, and for services in processes of their own, which need a table of ours.
    pub fn start_over(parts: Parts, store: Arc<dyn Store>) -> Result<Self, StartError> {
        Self::begin(parts, store, None)
    }

    /// Has the files of platforms in this folder outlive them, where [`Writers::Here`](crate::Writers::Here) keeps them in memory.
    ///
    /// # Errors
    /// When they can't be opened.
    pub fn hold(folder: &Path) -> Result<Files, StartError> {
        let paths = [QUEUES, SAGAS].map(|file| folder.join(file));
        Files::hold(&paths).map_err(|error| StartError::Queues(QueueError::File(error)))
    }

    fn begin(parts: Parts, store: Arc<dyn Store>, own: Option<&Arc<LocalTable>>) -> Result<Self, StartError> {
        let (wait, patience) = (parts.wait, parts.patience);
        let Parts { app, table, place, expected, clock, ids, writers, chaos, tape, processes, .. } = parts;
        witness::start(&expected.issuer);
        let folder: Option<PathBuf> = match place {
            Place::Folder(folder) => Some(folder),
            Place::Memory => None,
        };
        let secrets = Secrets::open(folder.as_deref())?;
        let place = |file: &str| folder.as_ref().map(|folder| folder.join(file));
        let queues = Queues::open(place(QUEUES).as_deref(), writers)?;
        let seed = [ids.random(), ids.random()].concat().try_into().unwrap_or_default();
        let runs = Runs::open(place(SAGAS).as_deref(), &app, Arc::clone(&clock), seed, writers)?;
        let written = Arc::new(Notify::new());
        let app = Arc::new(app);
        let hub = Arc::new(Hub::new(Arc::clone(&clock)));
        let answers = Arc::new(Answers::new(&app));
        let happenings = Happenings::new(Arc::clone(&answers));
        let storm = Arc::new(Storm::new(chaos, happenings.clone()));
        let store: Arc<dyn Store> = match chaos {
            Some(_) => Arc::new(Rough::new(store, Arc::clone(&storm))),
            None => store,
        };
        let ports = Arc::new(Ports {
            store: Arc::new(Announcing::new(store, table, Arc::clone(&written), happenings.clone())),
            table,
            clock,
            ids,
            cursor_key: CursorKey::new(secrets.cursor),
            workflows: Arc::new(runs.clone()),
            sockets: Arc::clone(&hub) as Arc<dyn Sockets>,
        });
        let publisher = Arc::new(Publisher::new(
            Arc::clone(&app),
            Bus::new(&app)?,
            Arc::clone(&ports),
            queues.clone(),
            happenings.clone(),
            written,
        ));
        let open = |it| Running::open(&it, &publisher, own, &runs, &secrets, &storm);
        let running = processes.map(open).transpose()?;
        let mut local = Self {
            hub,
            queues,
            runs,
            happenings,
            storm,
            tape: tape.map(Arc::new),
            publisher,
            verifier: Arc::new(Verifier::new(secrets.keys.clone(), expected.clone())),
            keys: secrets.keys,
            issuer: Arc::new(Issuer { signer: secrets.signer, expected, clock: Arc::clone(&ports.clock) }),
            key: Arc::new(Key::new(&*ports.ids)),
            recorder: Arc::new(Recorder::new(Arc::clone(&app), Arc::clone(&ports.clock))),
            limits: Arc::new(Limits::new(&app, secrets.plan_key)),
            answers,
            admission: Arc::new(Admission::new(wait, Instant::now())),
            patience,
            app,
            ports,
            draining: CancellationToken::new(),
            stopping: CancellationToken::new(),
            tasks: Vec::new(),
            table: Weak::new(),
            running,
        };
        local.start_tasks();
        local.start_sagas();
        Ok(local)
    }

    fn start_sagas(&mut self) {
        let (app, ports, runs) = (Arc::clone(&self.app), Arc::clone(&self.ports), self.runs.clone());
        let (happenings, storm) = (self.happenings.clone(), Arc::clone(&self.storm));
        let remote = self.remote();
        let driver = Driver { app, ports, runs, happenings, storm, remote };
        self.tasks.push(tokio::spawn(driver.clone().make_calls(self.stopping.clone())));
        self.tasks.push(tokio::spawn(driver.mind_timers(self.stopping.clone())));
        for saga in self.app.sagas() {
            let (ports, queues, runs) = (Arc::clone(&self.ports), self.queues.clone(), self.runs.clone());
            let starter = Starter { saga: *saga, ports, queues, runs, remote: self.remote() };
            self.tasks.push(tokio::spawn(starter.run(self.stopping.clone())));
        }
    }

    fn start_tasks(&mut self) {
        let recorder = Arc::clone(&self.recorder);
        self.tasks.push(tokio::spawn(recorder.run(self.happenings.watch(), self.stopping.clone())));
        let publisher = Arc::clone(&self.publisher);
        let stopping = self.stopping.clone();
        self.tasks.push(tokio::spawn(async move { publisher.run(stopping).await }));
        if let Some(remote) = self.remote() {
            self.tasks.push(tokio::spawn(remote.sweep(self.stopping.clone())));
        }
        for subscription in self.app.subscriptions() {
            let consumer = Consumer {
                app: Arc::clone(&self.app),
                subscription: subscription.clone(),
                ports: Arc::clone(&self.ports),
                queues: self.queues.clone(),
                happenings: self.happenings.clone(),
                storm: Arc::clone(&self.storm),
                remote: self.remote(),
            };
            self.tasks.push(tokio::spawn(consumer.run(self.stopping.clone())));
        }
    }

    /// Serves HTTP on a listener in the background; the address it serves on.
    ///
    /// # Errors
    /// When the listener doesn't know its address.
    pub fn serve(&mut self, listener: TcpListener) -> std::io::Result<SocketAddr> {
        let address = listener.local_addr()?;
        self.storm.begin();
        let gateway = Gateway {
            app: Arc::clone(&self.app),
            ports: Arc::clone(&self.ports),
            verifier: Arc::clone(&self.verifier),
            hub: Arc::clone(&self.hub),
            happenings: self.happenings.clone(),
            storm: Arc::clone(&self.storm),
            tape: self.tape.clone(),
            draining: self.draining.clone(),
            limits: Arc::clone(&self.limits),
            answers: Arc::clone(&self.answers),
            admission: Arc::clone(&self.admission),
            patience: self.patience,
            remote: self.remote(),
            places: Arc::new(Semaphore::new(MOST_SOCKETS as usize)),
            stopping: self.stopping.clone(),
        };
        let (console, stopping) = (self.console(), self.stopping.clone());
        self.tasks.push(tokio::spawn(gateway.serve(console, listener, stopping)));
        Ok(address)
    }

    fn console(&self) -> Console {
        Console {
            app: Arc::clone(&self.app),
            ports: Arc::clone(&self.ports),
            queues: self.queues.clone(),
            runs: self.runs.clone(),
            hub: Arc::clone(&self.hub),
            publisher: Arc::clone(&self.publisher),
            recorder: Arc::clone(&self.recorder),
            issuer: Arc::clone(&self.issuer),
            key: Arc::clone(&self.key),
            admission: Arc::clone(&self.admission),
            remote: self.remote(),
            stopping: self.stopping.clone(),
            description: OnceLock::new(),
        }
    }

    /// The queues: depth, archive, dead letters.
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The runs of sagas: history, parked cases.
    pub fn runs(&self) -> &Runs {
        &self.runs
    }

    fn remote(&self) -> Option<Arc<Remote>> {
        self.running.as_ref().map(|running| Arc::clone(&running.remote))
    }

    /// The functions, where they are processes of their own, and how each is doing.
    pub fn functions(&self) -> Vec<(&Function, Counts)> {
        self.running.as_ref().map(|running| running.remote.functions.list().collect()).unwrap_or_default()
    }

    /// Asks whether the binary of the functions, where they are processes of their own, does what functions do.
    ///
    /// # Errors
    /// [`ProcessError::Stranger`].
    pub async fn probe(&self) -> Result<(), ProcessError> {
        match &self.running {
            Some(running) => running.remote.probe().await,
            None => Ok(()),
        }
    }

    pub(crate) fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    /// What opens the console to who asks from elsewhere, or by another name than this machine's own.
    pub fn console_key(&self) -> &str {
        self.key.text()
    }

    /// What goes on, from now on.
    pub fn happenings(&self) -> &Happenings {
        &self.happenings
    }

    /// The ports that the services stand on.
    pub fn ports(&self) -> &Arc<Ports> {
        &self.ports
    }

    /// The services.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Waits until the outbox is empty, no message waits or is being handled, and no step of a saga is being taken.
    /// What waits for a retry is waited for: give a time limit if that may take long. Sagas that wait for an hour or for
    /// a person are not.
    ///
    /// # Errors
    /// When events can't be published.
    pub async fn settle(&self) -> Result<(), PublishError> {
        loop {
            let change = self.queues.change();
            // Nothing waited before the round and nothing came during it: no consumer ran that could have left events
            // behind in a part of the outbox that was already looked at.
            let (arrived, idle) = (self.queues.arrived(), self.queues.depth() == 0 && !self.runs.is_busy());
            let published = self.publisher.round().await?;
            if idle && published == 0 && self.queues.arrived() == arrived && !self.runs.is_busy() {
                return Ok(());
            }
            if published == 0 {
                tokio::select! {
                    biased;
                    () = change => {}
                    () = self.ports.clock.sleep(Duration::from_millis(20)) => {}
                }
            }
        }
    }

    /// Ends at once, wherever it is, as a kill of the process would: nothing that has begun is finished. For tests.
    pub async fn kill(self) {
        for task in &self.tasks {
            task.abort();
        }
        let table = self.table.clone();
        self.end().await;
        // What tasks had begun beside them ends where it next waits, and has the folder until then.
        for _ in 0..400 {
            if table.strong_count() == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Says from now on that it is not ready for more, and answers all the same.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// Stops taking requests and events, finishes what has begun, and closes the data.
    pub async fn stop(self) {
        self.stopping.cancel();
        self.end().await;
    }

    async fn end(self) {
        let Self { tasks, queues, publisher, runs, ports, app, running, .. } = self;
        for task in tasks {
            // A task that was aborted or panicked has nothing left to finish.
            let _ = task.await;
        }
        if let Some(running) = running {
            running.close().await;
        }
        drop((publisher, ports, app));
        // Closing waits for an fsync; if the runtime is shutting down, the thread closes the file by itself.
        let _ = tokio::task::spawn_blocking(move || {
            queues.close();
            runs.close();
        })
        .await;
    }
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Local").field("ports", &self.ports).finish_non_exhaustive()
    }
}
