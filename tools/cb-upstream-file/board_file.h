// The file of a board, {"tasks":[…]}, that programs and people change at the same time. Programs
// take the lock file beside it; people do not, so their changes are looked for until the last
// moment and never overwritten.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "base/json.h"
#include "base/time.h"
#include "os/snapshot.h"
#include "upstream/protocol.h"

namespace cb::upstream_file {

using Version = std::string;  // nanoseconds, decimal; greater after every change

struct Content {
  std::string path;  // of the file itself, behind any links
  os::Snapshot file;
  Json json;

  const Json& tasks() const { return json.at("tasks"); }  // an array
  Version version() const { return std::to_string(file.version); }
};

upstream::Failure failure(upstream::Kind kind, const std::string& message);  // made printable

struct Patience {
  Duration lock = std::chrono::seconds(10);         // for other programs
  Duration half_written = std::chrono::seconds(1);  // for an editor that is saving just now
};

// What keeps a file from being read or changed is a Failure: `transient` when it is locked,
// damaged or missing (all of which a person ends), `unknown_outcome` when the new text is there but
// may not survive a power cut. Throws Error when the machine fails before anything was changed.
class BoardFile {
 public:
  // The new text; nullopt when the file says already what it should.
  using Edited = std::variant<std::optional<std::string>, upstream::Failure>;
  using Edit = std::function<Edited(const Content&)>;

  // `path` is absolute; messages call it `name`.
  BoardFile(std::string path, std::string name, Patience patience);

  const std::string& name() const { return name_; }
  std::variant<Content, upstream::Failure> read() const;
  // Replaces the text by what `edit` makes of it; `edit` is asked again when somebody else was
  // faster.
  std::variant<Version, upstream::Failure> change(const Edit& edit) const;

 private:
  std::variant<Content, upstream::Failure> read_once() const;
  std::variant<Version, upstream::Failure> change_locked(const Edit& edit) const;
  std::variant<std::optional<Version>, upstream::Failure> replace(const Content& content,
                                                                  const std::string& text) const;

  std::string path_, name_;
  Patience patience_;
};

}  // namespace cb::upstream_file
