#include "inspect.h"

#include <optional>

#include "base/text.h"
#include "value.h"

namespace cb::upstream_clickup {
namespace {

using upstream::Failure;
using upstream::Kind;

using Tell = std::function<void(const Finding&)>;

Verdict verdict_of(const Failure& failure) {
  switch (failure.kind) {
    case Kind::transient:
    case Kind::rate_limited:
    case Kind::unknown_outcome:
    case Kind::broken:
      return Verdict::unreachable;
    case Kind::unauthorized:
    case Kind::forbidden:
    case Kind::not_found:
    case Kind::invalid:
      return Verdict::look;
  }
  return Verdict::look;
}

std::string title_of(const std::string& name, const std::string& id) {
  return name + " (" + id + ")";
}

std::string count(size_t number, const std::string& thing) {
  return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

class Inspection {
 public:
  Inspection(Connection& connection, const Words& words, const Tell& tell)
      : connection_(connection), words_(words), tell_(tell) {}

  // False when there is no use in asking on.
  bool look_at_token(const std::string& origin) {
    auto answer = connection_.workspace.user();
    if (const auto* failure = std::get_if<Failure>(&answer)) {
      const bool is_refused = failure->kind == Kind::unauthorized;
      return refuse("token", "", *failure,
                    is_refused ? "ClickUp refuses the token of " + origin : "");
    }
    const User& user = std::get<User>(answer);
    const std::string zone = user.time_zone.empty() ? "" : ", time zone " + user.time_zone;
    tell_({Verdict::fine, "token", user.id, user.name,
           "the token of " + origin + " is that of " + user.name +
               (user.email.empty() ? "" : " <" + user.email + ">") + zone});
    return true;
  }

  bool look_at_workspace() {
    const std::string& id = connection_.options.scope.workspace;
    Answer answer = connection_.api.get("/team", "list workspaces");
    if (const auto* failure = std::get_if<Failure>(&answer))
      return refuse("workspace", id, *failure);
    std::vector<std::string> seen;
    for (const Json& team : items_of(member(std::get<Json>(answer), "teams"))) {
      const std::string name = text_of(team, "name");
      seen.push_back(title_of(name, text_of(team, "id")));
      if (text_of(team, "id") != id) continue;
      tell_({Verdict::fine, "workspace", id, name,
             "workspace " + title_of(name, id) + spaces_of(id)});
      return true;
    }
    tell_({Verdict::look, "workspace", id, "",
           "the token does not see the workspace " + id +
               (seen.empty() ? "; it sees none" : "; it sees " + join(seen))});
    return false;
  }

  void look_at_scope() {
    const Scope& scope = connection_.options.scope;
    for (const std::string& id : scope.ids) {
      switch (scope.level) {
        case Level::space:
          look_at_space(id);
          break;
        case Level::folder:
          look_at_folder(id);
          break;
        case Level::list:
          look_at_list(id);
          break;
      }
    }
  }

 private:
  bool refuse(const std::string& about, const std::string& id, const Failure& failure,
              const std::string& text = "") {
    tell_({verdict_of(failure), about, id, "",
           text.empty() ? failure.message : text + ": " + failure.message});
    return false;
  }

  // A guest sees shared lists and no space at all; so none is nothing to look at.
  std::string spaces_of(const std::string& workspace) {
    Answer answer = connection_.api.get(
        "/team/" + connection_.api.escape(workspace) + "/space?archived=false", "list spaces");
    if (!value_in(answer)) return "";
    std::vector<std::string> spaces;
    for (const Json& space : items_of(member(std::get<Json>(answer), "spaces"))) {
      spaces.push_back(title_of(text_of(space, "name"), text_of(space, "id")));
    }
    return spaces.empty() ? "; no space as a whole" : "; spaces: " + join(spaces);
  }

  // The ids of the lists that `path` answers with; nullopt when it was refused, and told.
  std::optional<std::vector<std::string>> lists_at(const std::string& path,
                                                   const std::string& about,
                                                   const std::string& id) {
    Answer answer = connection_.api.get(path, "list the lists of " + about + " " + id);
    if (const auto* failure = std::get_if<Failure>(&answer)) {
      refuse(about, id, *failure);
      return std::nullopt;
    }
    std::vector<std::string> ids;
    const Json& found = std::get<Json>(answer);
    for (const Json& list : items_of(member(found, "lists"))) ids.push_back(text_of(list, "id"));
    for (const Json& folder : items_of(member(found, "folders"))) {
      for (const Json& list : items_of(member(folder, "lists"))) ids.push_back(text_of(list, "id"));
    }
    return ids;
  }

  void look_at_space(const std::string& id) {
    const std::string path = "/space/" + connection_.api.escape(id);
    Answer answer = connection_.api.get(path, "get space " + id);
    if (const auto* failure = std::get_if<Failure>(&answer))
      return void(refuse("space", id, *failure));
    const auto in_folders = lists_at(path + "/folder?archived=false", "space", id);
    auto lists = lists_at(path + "/list?archived=false", "space", id);
    if (!in_folders || !lists) return;
    lists->insert(lists->end(), in_folders->begin(), in_folders->end());
    look_at_lists("space", id, text_of(std::get<Json>(answer), "name"), *lists);
  }

  void look_at_folder(const std::string& id) {
    const auto lists =
        lists_at("/folder/" + connection_.api.escape(id) + "/list?archived=false", "folder", id);
    if (lists) look_at_lists("folder", id, "", *lists);
  }

  void look_at_lists(const std::string& about, const std::string& id, const std::string& name,
                     const std::vector<std::string>& lists) {
    const std::string title = name.empty() ? id : title_of(name, id);
    tell_({lists.empty() ? Verdict::look : Verdict::fine, about, id, name,
           about + " " + title + ": " + count(lists.size(), "list")});
    for (const std::string& list : lists) look_at_list(list);
  }

  // Only a list itself tells its statuses for certain.
  void look_at_list(const std::string& id) {
    Answer answer = connection_.api.get("/list/" + connection_.api.escape(id), "get list " + id);
    if (const auto* failure = std::get_if<Failure>(&answer))
      return void(refuse("list", id, *failure));
    const TaskList list = read_list(std::get<Json>(answer));
    const auto missing = missing_words(list, words_);
    if (missing.empty()) {
      tell_({Verdict::fine, "list", id, list.name, "list " + title_of(list.name, id)});
    }
    for (const Finding& finding : missing) tell_(finding);
  }

  Connection& connection_;
  const Words& words_;
  const Tell& tell_;
};

}  // namespace

Words words_in(const Json& statuses) {
  Words words;
  for (const char* meaning : {"ready", "running", "succeeded", "failed"}) {
    const Json* value = member(statuses, meaning);
    if (!value) continue;
    if (!value->is_array()) words.emplace_back(text_of(value), meaning);
    for (const Json& word : items_of(value)) words.emplace_back(text_of(&word), meaning);
  }
  return words;
}

std::vector<Finding> missing_words(const TaskList& list, const Words& words) {
  std::vector<Finding> findings;
  for (const auto& [word, meaning] : words) {
    if (find_status(list, word)) continue;
    findings.push_back({Verdict::look, "status", list.id, list.name,
                        "list " + title_of(list.name, list.id) + ": no status \"" + word +
                            "\", which is to mean " + meaning +
                            "; it has: " + join(list.statuses)});
  }
  return findings;
}

void inspect(Connection& connection, const Words& words, const std::string& token_origin,
             const Tell& tell) {
  Inspection inspection(connection, words, tell);
  if (!inspection.look_at_token(token_origin)) return;
  if (!inspection.look_at_workspace()) return;
  inspection.look_at_scope();
}

}  // namespace cb::upstream_clickup
