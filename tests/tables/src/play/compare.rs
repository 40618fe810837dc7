//! What a read found, against what the model says.

use stipule_ir::table::{Codec, EntityId, Query, ReadKind, SegmentKind};

use super::{Disagreement, Play};
use crate::act::{Asked, Found, Stored};
use crate::value::{Value, compare, shown};
use crate::world::World;

impl Play<'_> {
    pub(super) async fn compare(&mut self, tenant: &str, asked: &Asked) -> Result<(), Disagreement> {
        let read = &self.world.table().reads[asked.read];
        let expected = self.model.read(self.world, tenant, asked);
        let found = self.actor.read(tenant, asked).await;
        let found = found.map_err(|failure| Disagreement::new(format_args!("`{}`: {failure}", read.name)))?;
        self.done.read += 1;
        self.done.found += found.rows.len();
        let differs = difference(self.world, &expected, &found).or_else(|| self.disorder(asked, &found));
        match differs {
            None => Ok(()),
            Some(what) => Err(Disagreement::new(format_args!("`{}` for {tenant}: {what}", read.name))),
        }
    }

    /// Whether the rows don't come as they were promised.
    fn disorder(&self, asked: &Asked, found: &Found) -> Option<String> {
        match &self.world.table().reads[asked.read].kind {
            ReadKind::Get { .. } | ReadKind::Batch { .. } | ReadKind::Scan(_) => None,
            ReadKind::Partition(partition) => {
                let heads = found.rows.iter().filter(|(id, _)| Some(*id) == partition.one).count();
                (heads > 1).then(|| format!("{heads} heads in one partition"))
            }
            ReadKind::Query(query) => self.misorder(query, found),
        }
    }

    /// Rows come by the first segment that isn't fixed; those of several entities each among their like, unless they
    /// have it in common.
    fn misorder(&self, query: &Query, found: &Found) -> Option<String> {
        let free = |id: EntityId| {
            let segment = self.actor.key_in(id, query.index).sk.get(query.prefix)?;
            match segment.kind {
                SegmentKind::Field { field, codec } if codec != Codec::EnumText => Some(field),
                _ => None,
            }
        };
        let groups: Vec<Vec<EntityId>> = match query.range {
            Some(_) => vec![query.of.clone()],
            None => query.of.iter().map(|id| vec![*id]).collect(),
        };
        groups.iter().find_map(|group| {
            let declared = self.world.field(group[0], free(group[0])?);
            let rows = found.rows.iter().filter(|(id, _)| group.contains(id));
            let values: Vec<&Value> = rows.filter_map(|(id, it)| it.row.get(&free(*id)?)).collect();
            let sorted = values.windows(2).all(|two| {
                let order = compare(self.world, declared, two[0], two[1]);
                if query.descending { order.is_ge() } else { order.is_le() }
            });
            (!sorted).then(|| format!("the rows aren't in the order of `{}`: {values:?}", declared.name))
        })
    }
}

/// What one has and the other hasn't.
fn difference(world: &World, expected: &[(EntityId, Stored)], found: &Found) -> Option<String> {
    if let Some(name) = found.foreign.first() {
        return Some(format!("an item of {name} came too"));
    }
    let plain = |(id, stored): &(EntityId, Stored)| {
        let version = if world.entity(*id).version { stored.version } else { 0 };
        (*id, stored.row.clone(), version)
    };
    let (mut left, mut right): (Vec<_>, Vec<_>) =
        (expected.iter().map(plain).collect(), found.rows.iter().map(plain).collect());
    left.sort();
    right.sort();
    if left == right {
        return None;
    }
    let missing = left.iter().find(|row| !right.contains(row));
    let extra = right.iter().find(|row| !left.contains(row));
    Some(match (missing, extra) {
        (Some((id, row, version)), _) => format!("{} (version {version}) is missing", shown(world, *id, row)),
        (None, Some((id, row, version))) => {
            format!("{} (version {version}) came too", shown(world, *id, row))
        }
        (None, None) => "a row came twice, or once too seldom".to_owned(),
    })
}
