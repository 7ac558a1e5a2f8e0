#include "base/version.h"
#include "check.h"
#include "db/connection.h"
#include "flow/open.h"
#include "hand_over.h"
#include "making.h"
#include "os/file.h"
#include "os/process.h"
#include "state/events.h"
#include "state/journal.h"
#include "state/maintenance.h"
#include "untouched.h"

namespace cb::backup {
namespace {

// A smaller store is checked every time: that takes a tenth of a second.
constexpr uint64_t kSmall = uint64_t{32} << 20;
constexpr Duration kCheckEvery = std::chrono::days(1);

class Creation {
 public:
  Creation(const Job& job)
      : job_(job),
        store_(flow::open_store(job.state_directory, db::Access::read)),
        entries_(job.shelf.entries()) {}

  // The new backup, or the last one when nothing is new.
  void run() {
    newest_event_ = state::newest_event(*store_.db);
    for (const auto& entry : entries_)
      if (entry.is_sound()) {
        last_ = &entry;
        break;
      }
    refuse_older_store();
    const auto why_full = why_not_increment();
    look_ = look_of_files(store_.layout);
    if (why_full.empty() && is_known_as_last()) return keep_last();
    if (why_full.empty() && make_increment()) return;
    if (!why_full.empty()) job_.report.messages().detail("a full backup: " + why_full);
    make_full_one();
  }

 private:
  Manifest begin() const {
    const auto now = job_.now();
    Manifest manifest;
    manifest.id = new_backup_id(now);
    manifest.created = now;
    manifest.host = os::host_name();
    manifest.state_directory = job_.state_directory;
    manifest.tool = std::string("cb-backup ") + kVersion;
    manifest.sqlite = db::Connection::library_version();
    return manifest;
  }

  // An older copy that was put in the place of the store would otherwise push out, one by one, the
  // backups of what came after it.
  void refuse_older_store() const {
    if (last_ == nullptr) return;
    const auto& facts = last_->manifest.facts;
    const auto generation = state::generation(*store_.db);
    if (generation < facts.generation ||
        (generation == facts.generation && newest_event_ < facts.newest_event))
      throw Error(Fault::permanent,
                  "back up " + store_.layout.database() + ": its newest event is " +
                      std::to_string(newest_event_) + ", but backup " + last_->id + " has " +
                      std::to_string(facts.newest_event) +
                      ": an older store took its place; if that is meant, give another --dest");
  }

  std::string why_not_increment() const {
    if (job_.options.full) return "asked for";
    if (last_ == nullptr) return "there is no sound one yet";
    const auto* full = find(entries_, last_->manifest.parts.front());
    const auto age = job_.now() - full->created;
    if (age < Duration(0) || age > job_.config.backup.full_every)
      return "the last full one is older than " + format_duration(job_.config.backup.full_every);
    return "";
  }

  // Without reading the store: its files are as they were when that was found.
  bool is_known_as_last() const {
    return newest_event_ == last_->manifest.facts.newest_event &&
           is_untouched(job_.shelf, last_->id, look_);
  }

  void keep_last() {
    job_.report.messages().note("nothing new since " + last_->id);
    job_.report.add(*last_, "kept", job_.now());
  }

  bool is_check_due() const {
    if (os::file_size(store_.layout.database()).value_or(0) < kSmall) return true;
    for (const auto& entry : entries_)
      if (entry.is_sound() && entry.manifest.is_checked)
        return job_.now() - entry.created > kCheckEvery || entry.created > job_.now();
    return true;
  }

  // False when a full one is to be made instead.
  bool make_increment() {
    const auto base = read_base();
    if (!base) return false;
    auto manifest = begin();
    if (!job_.options.dry_run) require_room(job_, last_->manifest.bytes());
    std::optional<Shelf::Draft> draft;
    if (!job_.options.dry_run) draft.emplace(job_.shelf, manifest.id);
    const auto check = is_check_due() ? Check::yes : Check::no;
    const auto made =
        make_pages(job_, *store_.db, draft ? draft->path() : "", *base, check, manifest);
    if (made == Made::too_much) {
      job_.report.messages().detail("a full backup: more than half of the store is new");
      return false;
    }
    if (made == Made::nothing_new) {
      if (draft) note_untouched(job_.shelf, last_->id, look_);
      keep_last();
      return true;
    }
    publish(manifest, draft ? &*draft : nullptr);
    return true;
  }

  // What was written may have been damaged since: then it is no base.
  std::optional<Base> read_base() const {
    try {
      const auto* full = find(entries_, last_->manifest.parts.front());
      auto index = read_index(job_.shelf, entries_, full->manifest);
      auto hashes = index.hashes;
      if (last_ != full)
        index = read_index_in(job_.shelf.directory_of(last_->id), last_->manifest,
                              std::move(index.hashes));
      return Base{last_->manifest, std::move(index), std::move(hashes)};
    } catch (const Error& error) {
      if (error.fault() == Fault::temporary) throw;
      job_.report.messages().problem(std::string(error.what()) + "; making a full backup");
      return std::nullopt;
    }
  }

  void make_full_one() {
    auto manifest = begin();
    const auto size = os::file_size(store_.layout.database()).value_or(0) +
                      os::file_size(store_.layout.database() + "-wal").value_or(0);
    if (job_.options.dry_run) {
      manifest.page_size = 4096;
      manifest.pages = manifest.stored_pages = static_cast<uint32_t>(size / manifest.page_size);
      manifest.facts = state::read_facts(*store_.db);
      return publish(manifest, nullptr);
    }
    require_room(job_, size + size / 2);  // the copy that is checked, and the compressed one
    Shelf::Draft draft(job_.shelf, manifest.id);
    make_full(job_, *store_.db, draft.path(), manifest);
    publish(manifest, &draft);
  }

  void publish(const Manifest& manifest, Shelf::Draft* draft) {
    if (manifest.facts.newest_event < newest_event_)
      throw Error(Fault::permanent, "back up " + store_.layout.database() +
                                        ": the copy ends at event " +
                                        std::to_string(manifest.facts.newest_event) + ", but " +
                                        std::to_string(newest_event_) + " was there before");
    if (draft != nullptr) {
      sync_journal();
      write_manifest(draft->path(), manifest);
      draft->publish();
      note_untouched(job_.shelf, manifest.id, look_);
    }
    const Entry entry{.id = manifest.id,
                      .created = manifest.created,
                      .manifest = manifest,
                      .problem = {},
                      .verdict = {}};
    job_.report.add(entry, draft != nullptr ? "created" : "would create", job_.now());
  }

  // From its newest event on a backup needs the journal. Without that on the disk it is still a
  // whole backup of its moment: told, and made all the same.
  void sync_journal() const {
    try {
      if (state::newest_journaled(store_.layout) < newest_event_) fill_journal();
      state::sync_journal(store_.layout);
    } catch (const Error& error) {
      job_.report.refuse(std::string(error.what()) +
                         "; what comes after this backup may not survive a power cut");
    }
  }

  // A writer was killed before it wrote its lines; whoever commits next writes them. A journal that
  // does not reach a backup is taken for a lost one.
  void fill_journal() const {
    const auto store = flow::open_store(job_.state_directory, db::Access::write);
    db::Transaction transaction(*store.db);
    transaction.commit();
  }

  const Job& job_;
  state::Store store_;
  std::vector<Entry> entries_;
  const Entry* last_ = nullptr;
  int64_t newest_event_ = 0;
  std::string look_;  // of the store's files, before anything of them was copied
};

}  // namespace

uint32_t copy_all(const Job& job, db::Connection& db, const EachPage& each) {
  cli::Progress bar("copying", job.report.common());
  const auto total = os::file_size(db.path()).value_or(0) / 4096;
  std::vector<bool> is_given;
  size_t page_size = 0;
  const auto pages = db.copy_pages([&](uint32_t number, std::string_view page) {
    if (is_given.size() < number) is_given.resize(number);
    is_given[number - 1] = true;
    page_size = page.size();
    each(number, page);
    if (number % 512 == 0) bar.update(number, total);
  });
  is_given.resize(pages);
  const std::string zeros(page_size, '\0');
  for (uint32_t number = 1; number <= pages; ++number)
    if (!is_given[number - 1]) each(number, zeros);
  return pages;
}

void write_index(const std::string& directory, const std::string& text, Manifest& manifest) {
  os::write_file(directory + "/" + kIndex, text, os::Sync::file);
  manifest.files.push_back({kIndex, text.size(), sha256(text)});
}

void write_manifest(const std::string& directory, const Manifest& manifest) {
  os::write_file(directory + "/" + kManifest, to_text(manifest), os::Sync::file);
}

void make_backup(const Job& job) { Creation(job).run(); }

int create(const Job& job) {
  if (!job.options.dry_run) job.shelf.enter(job.options.wait);
  make_backup(job);
  if (!job.options.dry_run) {
    hand_over(job);
    remove_old(job);
  }
  job.report.finish();
  return job.report.exit_code();
}

}  // namespace cb::backup
