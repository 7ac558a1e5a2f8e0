#include "manifest.h"

#include <cstring>

#include "base/error.h"
#include "base/json.h"

namespace cb::backup {
namespace {

constexpr int kFormat = 1;
constexpr std::string_view kSum = ",\"sum\":\"";
constexpr size_t kHashSize = 16, kRecordSize = 32;

[[noreturn]] void refuse(const std::string& cause) { throw Error(Fault::data, cause); }

template <typename Number>
void append_little_endian(std::string& text, Number number) {
  for (size_t i = 0; i < sizeof number; ++i) text += static_cast<char>(number >> (8 * i));
}

template <typename Number>
Number read_little_endian(std::string_view text) {
  Number number = 0;
  for (size_t i = sizeof number; i > 0; --i)
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(text[i - 1]));
  return number;
}

void append(std::string& text, const Hash128& hash) {
  text.append(reinterpret_cast<const char*>(hash.bytes.data()), kHashSize);
}

Hash128 read_hash(std::string_view text) {
  Hash128 hash;
  std::memcpy(hash.bytes.data(), text.data(), kHashSize);
  return hash;
}

Json to_json(const std::vector<FileSum>& files) {
  auto json = Json::array();
  for (const auto& file : files)
    json.push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  return json;
}

Json to_json(const Manifest& manifest) {
  const auto& facts = manifest.facts;
  Json json = {{"format", kFormat},
               {"id", manifest.id},
               {"kind", to_string(manifest.kind)},
               {"created", format_rfc3339(manifest.created)},
               {"host", manifest.host},
               {"state", manifest.state_directory},
               {"tool", manifest.tool},
               {"sqlite", manifest.sqlite},
               {"schema", facts.schema},
               {"generation", facts.generation},
               {"newest_event", facts.newest_event},
               {"rows", Json(facts.rows)},
               {"checked", manifest.is_checked},
               {"page_size", manifest.page_size},
               {"pages", manifest.pages},
               {"stored_pages", manifest.stored_pages},
               {"pages_sha256", manifest.pages_sha256}};
  if (manifest.kind == Kind::full) json["image_sha256"] = manifest.image_sha256;
  json["parts"] = manifest.parts;
  json["files"] = to_json(manifest.files);
  return json;
}

Manifest from_json(const Json& json) {
  Manifest manifest;
  if (json.at("format").get<int>() > kFormat) refuse("a newer format; update cb");
  manifest.id = json.at("id");
  manifest.kind = json.at("kind") == "full" ? Kind::full : Kind::pages;
  const auto created = parse_rfc3339(json.at("created").get<std::string>());
  if (!created) refuse("\"created\" is no time");
  manifest.created = *created;
  manifest.host = json.at("host");
  manifest.state_directory = json.at("state");
  manifest.tool = json.at("tool");
  manifest.sqlite = json.at("sqlite");
  manifest.facts = {.schema = json.at("schema"),
                    .newest_event = json.at("newest_event"),
                    .generation = json.at("generation"),
                    .rows = json.at("rows").get<std::map<std::string, int64_t>>()};
  manifest.is_checked = json.at("checked");
  manifest.page_size = json.at("page_size");
  manifest.pages = json.at("pages");
  manifest.stored_pages = json.at("stored_pages");
  manifest.pages_sha256 = json.at("pages_sha256");
  if (manifest.kind == Kind::full) manifest.image_sha256 = json.at("image_sha256");
  manifest.parts = json.at("parts").get<std::vector<std::string>>();
  for (const auto& file : json.at("files"))
    manifest.files.push_back({file.at("name"), file.at("bytes"), file.at("sha256")});
  const bool is_shaped = !manifest.parts.empty() && manifest.parts.back() == manifest.id &&
                         (manifest.kind == Kind::full) == (manifest.parts.size() == 1) &&
                         manifest.page_size >= 512 && manifest.page_size <= 65536;
  if (!is_shaped) refuse("it contradicts itself");
  return manifest;
}

}  // namespace

std::string_view to_string(Kind kind) { return kind == Kind::full ? "full" : "pages"; }

uint64_t Manifest::bytes() const {
  uint64_t sum = 0;
  for (const auto& file : files) sum += file.bytes;
  return sum;
}

std::string to_text(const Manifest& manifest) {
  auto text = to_line(to_json(manifest));
  text.pop_back();  // the last brace
  return text + std::string(kSum) + sha256(text) + "\"}\n";
}

Manifest parse_manifest(std::string_view text) {
  const auto end = text.rfind(kSum);
  if (end == text.npos) refuse("it has no checksum");
  const auto written = text.substr(end + kSum.size());
  if (written != sha256(text.substr(0, end)) + "\"}\n") refuse("its checksum is wrong");
  try {
    return from_json(parse_json(text));
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
}

std::string encode(const std::vector<Hash128>& hashes) {
  std::string text;
  text.reserve(hashes.size() * kHashSize);
  for (const auto& hash : hashes) append(text, hash);
  return text;
}

std::string encode(const std::vector<Placed>& records) {
  std::string text;
  for (const auto& record : records) {
    append_little_endian(text, record.page);
    append_little_endian(text, record.part);
    append_little_endian(text, record.position);
    append(text, record.hash);
  }
  return text;
}

std::vector<Hash128> decode_hashes(std::string_view text) {
  if (text.size() % kHashSize != 0) refuse("it is cut off");
  std::vector<Hash128> hashes;
  hashes.reserve(text.size() / kHashSize);
  for (; !text.empty(); text.remove_prefix(kHashSize)) hashes.push_back(read_hash(text));
  return hashes;
}

std::vector<Placed> decode_records(std::string_view text) {
  if (text.size() % kRecordSize != 0) refuse("it is cut off");
  std::vector<Placed> records;
  for (; !text.empty(); text.remove_prefix(kRecordSize))
    records.push_back({.page = read_little_endian<uint32_t>(text),
                       .part = read_little_endian<uint32_t>(text.substr(4)),
                       .position = read_little_endian<uint64_t>(text.substr(8)),
                       .hash = read_hash(text.substr(16))});
  return records;
}

std::string sum_of(const std::vector<Hash128>& hashes) { return sha256(encode(hashes)); }

}  // namespace cb::backup
