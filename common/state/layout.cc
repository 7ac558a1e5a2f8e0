#include "state/layout.h"

#include "base/text.h"

namespace cb::state {

std::string Layout::work(const model::TaskName& name) const {
  return root + "/work/" + file_name_for(name.source) + "/" + file_name_for(name.id);
}

}  // namespace cb::state
