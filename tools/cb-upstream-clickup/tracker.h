// ClickUp, as the upstream protocol asks for it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "options.h"
#include "throttle.h"
#include "token.h"
#include "upstream/serve.h"

namespace cb::upstream_clickup {

struct Connection;

struct Surroundings {
  Places places;
  Now now;
  Timer timer;
  std::function<void()> flush;                    // makes what was printed visible
  std::function<void(std::string_view)> problem;  // tells people, one line
  std::function<void(std::string_view)> detail;   // the same, for those who want to know more
};

class ClickUpTracker : public upstream::Tracker {
 public:
  explicit ClickUpTracker(Surroundings surroundings);
  ~ClickUpTracker() override;

  std::string name() const override { return "clickup"; }
  std::optional<upstream::Failure> greet(const upstream::Hello& hello) override;
  std::variant<upstream::Listed, upstream::Failure> list(const std::optional<std::string>& cursor,
                                                         const OnTask& on_task) override;
  std::variant<Json, upstream::Failure> get(const std::string& task) override;
  std::variant<upstream::Written, upstream::Failure> set_status(
      const upstream::SetStatus& operation) override;
  std::variant<upstream::Written, upstream::Failure> comment(
      const upstream::Comment& operation) override;
  std::variant<upstream::Written, upstream::Failure> attach(
      const upstream::Attach& operation) override;

 private:
  // Tells those who want to know what the last operation cost.
  void account(std::string_view operation);

  Surroundings surroundings_;
  std::unique_ptr<Connection> connection_;  // once greeted
};

}  // namespace cb::upstream_clickup
