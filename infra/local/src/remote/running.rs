//! The functions and what they call, from the start of a platform to its end.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::endpoint::{Behind, Endpoint};
use super::plan::Plan;
use super::{ProcessError, Processes, Remote, Sockets};
use crate::chaos::Storm;
use crate::functions::Functions;
use crate::publish::Publisher;
use crate::secret::Secrets;
use crate::table::LocalTable;
use crate::workflow::Runs;

/// Functions that can be called.
pub(crate) struct Running {
    pub(crate) remote: Arc<Remote>,
    stopping: CancellationToken,
    serving: JoinHandle<()>,
}

impl Running {
    /// Serves what functions call. None is started before its first call.
    ///
    /// # Errors
    /// [`ProcessError`].
    pub(crate) fn open(
        processes: &Processes,
        publisher: &Arc<Publisher>,
        table: Option<&Arc<LocalTable>>,
        runs: &Runs,
        secrets: &Secrets,
        storm: &Arc<Storm>,
    ) -> Result<Self, ProcessError> {
        let Publisher { app, ports, queues, happenings, written, .. } = &**publisher;
        let table = table.ok_or(ProcessError::OtherStore)?;
        let endpoint = Endpoint::open()?;
        let plan = Plan {
            processes,
            table: ports.table.name,
            endpoint: &endpoint.url(),
            keys: &secrets.document,
            cursor: secrets.cursor,
        };
        let functions = plan.functions()?;
        let (clock, ids) = (Arc::clone(&ports.clock), Arc::clone(&ports.ids));
        let functions = Functions::new(processes.binary.clone(), functions, Arc::clone(&clock), ids);
        let sockets = Arc::new(Sockets::default());
        let behind = Behind {
            app: Arc::clone(app),
            platform: processes.platform.name,
            badges: functions.badges().clone(),
            schema: ports.table,
            table: Arc::clone(table),
            written: Arc::clone(written),
            storm: Arc::clone(storm),
            happenings: happenings.clone(),
            publisher: Arc::clone(publisher),
            queues: queues.clone(),
            runs: runs.clone(),
            sockets: Arc::clone(&sockets),
        };
        let stopping = CancellationToken::new();
        let serving = endpoint.serve(behind, stopping.clone())?;
        let remote = Arc::new(Remote::new(Arc::clone(app), clock, sockets, processes, functions));
        publisher.through(Arc::clone(&remote));
        Ok(Self { remote, stopping, serving })
    }

    /// Ends every process that waits for a call, and then what they call.
    pub(crate) async fn close(self) {
        let Self { remote, stopping, serving } = self;
        remote.functions.stop().await;
        stopping.cancel();
        // A task that panicked has nothing left to end.
        let _ = serving.await;
    }
}
