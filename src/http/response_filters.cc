#include "http/response_filters.h"

#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/hash.h"

namespace groundwork::http {
namespace {

constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes the next element of a comma-separated header off its front.
std::string_view next_element(std::string_view& rest) {
  const std::size_t comma = rest.find(',');
  const std::string_view element = trimmed(rest.substr(0, comma));
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  return element;
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  if (trimmed(if_none_match) == "*") return true;
  const auto opaque = [](std::string_view tag) { return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag; };
  while (!if_none_match.empty()) {
    if (opaque(next_element(if_none_match)) == opaque(etag)) return true;
  }
  return false;
}

bool compressible(std::string_view type) {
  return type.substr(0, 5) == "text/" || type.find("json") != std::string_view::npos ||
         type.find("javascript") != std::string_view::npos || type.find("svg") != std::string_view::npos;
}

void validate_cache(const Request& request, Response& response) {
  if (response.status != 200 || (request.method != "GET" && request.method != "HEAD")) return;
  if (!response.headers.has("ETag")) {
    char tag[32];
    // Weak: the same tag serves the identity and the gzip form.
    std::snprintf(tag, sizeof tag, "W/\"%016llx\"",
                  static_cast<unsigned long long>(base::stable_hash64(response.bytes())));
    response.headers.set("ETag", tag);
  }
  if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-cache");
  if (matches_etag(request.headers.get("If-None-Match"), response.headers.get("ETag"))) {
    response.status = 304;
    response.body.clear();
    response.static_body = {};
  }
}

void compress(const Request& request, Response& response) {
  if (response.headers.has("Content-Encoding") || !compressible(response.headers.get("Content-Type"))) return;
  response.headers.add("Vary", "Accept-Encoding");
  if (response.bytes().size() < 1024 || !accepts_encoding(request.headers.get("Accept-Encoding"), "gzip")) return;
  response.body = gzip(response.bytes());
  response.static_body = {};
  response.headers.set("Content-Encoding", "gzip");
}

}  // namespace

bool accepts_encoding(std::string_view accept_encoding, std::string_view coding) {
  while (!accept_encoding.empty()) {
    const std::string_view element = next_element(accept_encoding);
    const std::size_t semicolon = element.find(';');
    if (trimmed(element.substr(0, semicolon)) != coding) continue;
    if (semicolon == std::string_view::npos) return true;
    const std::size_t weight = element.find("q=", semicolon);
    return weight == std::string_view::npos ||
           std::strtod(std::string(element.substr(weight + 2)).c_str(), nullptr) > 0;
  }
  return false;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  // Level 1: these are answers to a person on the same machine or network; level 6 costs four times the CPU for 10 %
  // less.
  if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();  // out of memory only
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void finish_response(const Request& request, Response& response) {
  if (!response.events) {
    validate_cache(request, response);
    compress(request, response);
  }
  auto& headers = response.headers;
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  headers.set("Content-Security-Policy", std::string(kContentSecurityPolicy));
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("X-Frame-Options", "DENY");
}

}  // namespace groundwork::http
