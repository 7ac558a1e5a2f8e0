// Each file a task of its own: what that task is.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"
#include "model/task.h"

namespace cb::flow {

// The same name and content always make the same id, and others another one.
std::string own_task_id(std::string_view file_name, std::string_view content);
// `file_name`: relative to the watched directory, any bytes.
model::Task own_task(const config::Watch& watch, std::string_view file_name,
                     std::string_view content);

}  // namespace cb::flow
