#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "db/connection.h"

namespace cb::db {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `$2` is a name to SQLite, numbered by where it first appears; `?2` is the number 2, as `$2` is
// elsewhere.
std::string with_numbered_parameters(std::string sql) {
  bool quoted = false;
  for (size_t i = 0; i + 1 < sql.size(); ++i) {
    if (sql[i] == '\'') quoted = !quoted;
    if (!quoted && sql[i] == '$' && is_digit(sql[i + 1])) sql[i] = '?';
  }
  return sql;
}

bool is_blank(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c == ';' || std::isspace(static_cast<unsigned char>(c)) != 0; });
}

int bind(sqlite3_stmt* statement, int index, const Value& value,
         sqlite3_destructor_type text_destructor) {
  switch (value.kind) {
    case Value::Kind::null:
      return sqlite3_bind_null(statement, index);
    case Value::Kind::integer:
      return sqlite3_bind_int64(statement, index, value.integer);
    case Value::Kind::real:
      return sqlite3_bind_double(statement, index, value.real);
    case Value::Kind::text: {
      const char* data =
          value.text.empty() ? "" : value.text.data();  // a null pointer would be NULL
      return sqlite3_bind_text64(statement, index, data, value.text.size(), text_destructor,
                                 SQLITE_UTF8);
    }
    case Value::Kind::blob:
      return sqlite3_bind_blob64(statement, index, value.text.empty() ? "" : value.text.data(),
                                 value.text.size(), text_destructor);
  }
  return SQLITE_MISUSE;
}

}  // namespace

Rows::Rows(Rows&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      done_(other.done_) {}

Rows::~Rows() {
  if (statement_ != nullptr) connection_.give_back(statement_);
}

bool Rows::next() {
  if (done_) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  done_ = true;
  if (code != SQLITE_DONE) {
    connection_.fail(sqlite3_stmt_readonly(statement_) != 0 ? "read" : "write", code);
  }
  sqlite3_reset(statement_);  // ends its snapshot now, not when this object goes
  return false;
}

int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Rows::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Rows::text(int column) const { return std::string(view(column)); }

std::string_view Rows::view(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return "";
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<int64_t> Rows::optional_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<Instant> Rows::optional_instant(int column) const {
  const auto millis = optional_integer(column);
  return millis ? std::optional(from_millis(*millis)) : std::nullopt;
}

std::optional<std::string> Rows::optional_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

int Rows::columns() const { return sqlite3_column_count(statement_); }

std::string Rows::name(int column) const { return sqlite3_column_name(statement_, column); }

Value Rows::value(int column) const {
  sqlite3_value* value = sqlite3_column_value(statement_, column);
  const auto bytes = [value] {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return std::string_view(text, static_cast<size_t>(sqlite3_value_bytes(value)));
  };
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return sqlite3_value_int64(value);
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_TEXT:
      return bytes();
    case SQLITE_BLOB:
      return Value::blob(bytes());
    default:
      return nullptr;
  }
}

Connection::Statement Connection::compile(const char* sql, Lifetime lifetime) {
  const std::string numbered = with_numbered_parameters(sql);
  const unsigned flags = lifetime == Lifetime::kept ? SQLITE_PREPARE_PERSISTENT : 0;
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), numbered.c_str(), -1, flags, &statement, &rest);
  if (code != SQLITE_OK) fail("read", code);
  Statement owned(statement);
  if (!owned || !is_blank(rest)) {
    throw Error(Fault::permanent, "read " + path() + ": not exactly one statement: " + sql);
  }
  for (int i = sqlite3_bind_parameter_count(statement); i > 0; --i) {
    const char* name = sqlite3_bind_parameter_name(statement, i);
    if (name == nullptr || *name != '?') {
      throw Error(Fault::permanent, "read " + path() + ": not every parameter is $N: " + sql);
    }
  }
  return owned;
}

// The compiled `sql`, for one Rows at a time.
sqlite3_stmt* Connection::take(const char* sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    found = statements_.emplace(sql, compile(sql, Lifetime::kept)).first;
  }
  sqlite3_stmt* statement = found->second.get();
  if (std::ranges::find(used_, statement) == used_.end()) {
    used_.push_back(statement);
    return statement;
  }
  return extra_.emplace_back(compile(sql, Lifetime::once)).get();
}

void Connection::give_back(sqlite3_stmt* statement) noexcept {
  sqlite3_reset(statement);
  if (std::erase(used_, statement) > 0) return;
  std::erase_if(extra_, [&](const Statement& one) { return one.get() == statement; });
}

Rows Connection::start(const char* sql, std::span<const Value> values, Texts texts) {
  Rows rows(*this, take(sql));
  allow(rows.statement_);
  const auto wanted = static_cast<size_t>(sqlite3_bind_parameter_count(rows.statement_));
  if (wanted != values.size()) {
    throw Error(Fault::permanent,
                "read " + path() + ": " + std::to_string(values.size()) + " values for: " + sql);
  }
  const auto destructor = texts == Texts::copied ? SQLITE_TRANSIENT : SQLITE_STATIC;
  int index = 0;
  for (const Value& value : values) {
    const int code = bind(rows.statement_, ++index, value, destructor);
    if (code != SQLITE_OK) fail("read", code);
  }
  return rows;
}

int64_t Connection::finish(Rows rows) {
  while (rows.next()) {
  }
  return sqlite3_stmt_readonly(rows.statement_) != 0 ? 0 : sqlite3_changes64(db_.get());
}

int64_t Connection::insert_rows(const char* sql, std::span<const Value> values) {
  try {
    run_with(sql, values);
  } catch (const Error& error) {
    broken_off_ = error;
    throw;
  }
  return last_rowid();
}

int64_t Connection::last_rowid() const { return sqlite3_last_insert_rowid(db_.get()); }

void Connection::script(const char* sql) {
  while (!is_blank(sql)) {
    sqlite3_stmt* compiled = nullptr;
    int code = sqlite3_prepare_v2(db_.get(), sql, -1, &compiled, &sql);
    if (code != SQLITE_OK) fail("read", code);
    const Statement statement(compiled);
    if (!statement) continue;  // a comment
    allow(compiled);
    while ((code = sqlite3_step(compiled)) == SQLITE_ROW) {
    }
    if (code != SQLITE_DONE) fail(sqlite3_stmt_readonly(compiled) != 0 ? "read" : "write", code);
  }
}

// Outside of a transaction nobody holds the gate. A failed statement may have ended the transaction
// as well; what follows it would be committed one by one.
void Connection::allow(sqlite3_stmt* statement) const {
  if (sqlite3_stmt_readonly(statement) != 0) return;
  refuse_if_unsound();
  if (!in_transaction()) {
    throw Error(Fault::permanent, "write " + path() + ": not in a transaction");
  }
}

// Steps a statement of our own to its end; its code.
int Connection::execute(const char* sql) {
  sqlite3_stmt* statement = take(sql);
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE) code = SQLITE_OK;
  give_back(statement);
  return code;
}

}  // namespace cb::db
