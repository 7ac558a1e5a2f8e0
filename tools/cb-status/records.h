// The JSON records of docs/json.md.
#pragma once

#include "base/json.h"
#include "model/state.h"
#include "state/events.h"
#include "state/list.h"
#include "state/runs.h"
#include "state/store.h"

namespace cb::status {

Json task_json(state::Store& store, const state::TaskRow& row);
Json run_json(const state::Layout& layout, const state::RunRow& run);
Json event_json(const state::Event& event);

}  // namespace cb::status
