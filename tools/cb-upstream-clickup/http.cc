#include "http.h"

#include <curl/curl.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/version.h"

namespace cb::upstream_clickup {
namespace {

constexpr curl_off_t kLargestBody = curl_off_t{64} << 20;
constexpr long kSlowest = 1000;  // bytes per second of an upload

struct Received {
  Response response;
  bool is_too_large = false;
};

size_t take_body(char* bytes, size_t, size_t count, void* target) {
  auto& received = *static_cast<Received*>(target);
  received.is_too_large = received.response.body.size() + count > kLargestBody;
  if (received.is_too_large) return 0;
  received.response.body.append(bytes, count);
  return count;
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return low;
}

long seconds_of(Duration time) {
  return static_cast<long>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

size_t take_header(char* bytes, size_t, size_t count, void* target) {
  auto& headers = static_cast<Received*>(target)->response.headers;
  const std::string_view line(bytes, count);
  if (line.starts_with("HTTP/")) headers.clear();  // what came before was an interim response
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    headers[lower(trimmed(line.substr(0, colon)))] = trimmed(line.substr(colon + 1));
  }
  return count;
}

// Failures that come before a request can have left.
bool is_before_sending(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_PROXY:
      return true;
    default:
      return false;
  }
}

class List {
 public:
  List() = default;
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() { curl_slist_free_all(list_); }
  void add(const std::string& line) {
    auto* longer = curl_slist_append(list_, line.c_str());
    if (!longer) throw Error(Fault::temporary, "send a request: out of memory");
    list_ = longer;
  }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

class Form {
 public:
  Form(CURL* curl, const Upload& upload) : mime_(curl_mime_init(curl)) {
    curl_mimepart* part = mime_ ? curl_mime_addpart(mime_) : nullptr;
    if (!part || curl_mime_name(part, "attachment") != CURLE_OK ||
        curl_mime_filedata(part, upload.path.c_str()) != CURLE_OK ||
        curl_mime_filename(part, upload.name.c_str()) != CURLE_OK) {
      curl_mime_free(mime_);
      throw Error(Fault::permanent, "read " + upload.path + ": it cannot be sent");
    }
  }
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;
  ~Form() { curl_mime_free(mime_); }
  curl_mime* get() const { return mime_; }

 private:
  curl_mime* mime_;
};

}  // namespace

struct Http::Handle {
  Handle() : curl(curl_easy_init()) {
    if (!curl) throw Error(Fault::temporary, "start libcurl: out of memory");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_easy_cleanup(curl); }

  // Connections and the like survive; options do not.
  void reset(Timeouts timeouts) {
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, user_agent.c_str());
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");  // whatever libcurl can unpack
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, kLargestBody);
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts.connect.count()));
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    error[0] = '\0';
  }

  void prepare(const Request& request, curl_mime* form, Duration total) {
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    if (form) {
      curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
      curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kSlowest);
      curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, seconds_of(total));
    } else {
      curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(total.count()));
    }
    if (request.method == Method::get) return;
    // libcurl sends a request again by itself when a reused connection closes without an answer:
    // a comment that arrived would arrive twice. On a new connection it never does.
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    if (form) return;
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    if (request.method == Method::put) curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
  }

  void receive(Received& received) {
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &received);
  }

  NoResponse failure(CURLcode code, const Received& received) const {
    long sent = 0;
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
    const std::string cause = received.is_too_large ? "the response is too large"
                              : error[0] != '\0'    ? error
                                                    : curl_easy_strerror(code);
    return {.is_maybe_sent = sent > 0 && !is_before_sending(code), .cause = printable(cause)};
  }

  CURL* curl;
  std::string user_agent = std::string("cb-upstream-clickup/") + kVersion;
  char error[CURL_ERROR_SIZE] = "";
};

Http::Http(Timeouts timeouts) : timeouts_(timeouts) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw Error(Fault::temporary, "start libcurl: out of memory");
  handle_ = std::make_unique<Handle>();
}

Http::~Http() = default;

void Http::set_authorization(const std::string& value) { authorization_ = value; }

std::variant<Response, NoResponse> Http::send(const Request& request) {
  CURL* curl = handle_->curl;
  handle_->reset(timeouts_);
  List headers;
  headers.add("Authorization: " + authorization_);
  headers.add("Accept: application/json");
  headers.add("Expect:");  // no pause before a body
  if (request.method != Method::get && !request.upload)
    headers.add("Content-Type: application/json");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  std::optional<Form> form;
  if (request.upload) form.emplace(curl, *request.upload);
  Received received;
  handle_->prepare(request, form ? form->get() : nullptr, timeouts_.total);
  handle_->receive(received);
  ++requests_;
  const CURLcode code = curl_easy_perform(curl);
  bytes_received_ += received.response.body.size();
  if (code != CURLE_OK) return handle_->failure(code, received);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  received.response.status = static_cast<int>(status);
  return std::move(received.response);
}

std::string Http::escape(const std::string& text) const {
  char* escaped = curl_easy_escape(handle_->curl, text.data(), static_cast<int>(text.size()));
  if (!escaped) throw Error(Fault::temporary, "send a request: out of memory");
  std::string copy(escaped);
  curl_free(escaped);
  return copy;
}

}  // namespace cb::upstream_clickup
