#include <map>
#include <string_view>

#include "api/routes.h"
#include "base/utf8.h"
#include "http/response_filters.h"

// The files of web/dist, put into the program by assets.cmake: path, bytes, and the same compressed.
struct GwAsset {
  const char* path;
  const unsigned char* begin;
  const unsigned char* end;
  const unsigned char* gz_begin;  // null: none
  const unsigned char* gz_end;
  const char* etag;
};
extern "C" {
extern const GwAsset groundwork_assets[];
}

namespace groundwork::api {
namespace {

using http::Request;
using http::Response;

const std::map<std::string_view, const GwAsset*>& assets() {
  static const auto* const all = [] {
    auto* map = new std::map<std::string_view, const GwAsset*>;
    for (const GwAsset* asset = groundwork_assets; asset->path != nullptr; ++asset) map->emplace(asset->path, asset);
    return map;
  }();
  return *all;
}

std::string_view type_of(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {{".html", "text/html; charset=utf-8"},
                                                                      {".js", "text/javascript; charset=utf-8"},
                                                                      {".css", "text/css; charset=utf-8"},
                                                                      {".svg", "image/svg+xml"},
                                                                      {".woff2", "font/woff2"},
                                                                      {".json", "application/json"},
                                                                      {".png", "image/png"},
                                                                      {".ico", "image/x-icon"},
                                                                      {".webmanifest", "application/manifest+json"}};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

Response serve(const Request& request, const GwAsset& asset, std::string_view path) {
  Response response;
  const std::string tag = std::string("\"") + asset.etag + "\"";
  response.headers.set("ETag", tag);
  // Vite puts a hash of the content into these names, so they never change.
  const bool hashed = path.starts_with("/assets/");
  response.headers.set("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.headers.get("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  response.headers.set("Content-Type", std::string(type_of(path)));
  const auto bytes = [](const unsigned char* begin, const unsigned char* end) {
    return std::string_view(reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin));
  };
  if (asset.gz_begin != nullptr) {
    response.headers.set("Vary", "Accept-Encoding");
    if (http::accepts_encoding(request.headers.get("Accept-Encoding"), "gzip")) {
      response.headers.set("Content-Encoding", "gzip");
      response.static_body = bytes(asset.gz_begin, asset.gz_end);
      return response;
    }
  }
  response.static_body = bytes(asset.begin, asset.end);
  return response;
}

Response page(const Request& request) {
  if (request.path.starts_with("/api/"))
    return http::problem(404, "NOT_FOUND", "there is no " + base::clip(request.path, 200));
  const auto found = assets().find(request.path);
  if (found != assets().end()) return serve(request, *found->second, request.path);
  const auto index = assets().find("/index.html");
  const bool file = request.path.rfind('.') != std::string::npos && request.path.rfind('.') > request.path.rfind('/');
  if (file) return http::problem(404, "NOT_FOUND", "there is no " + base::clip(request.path, 200));
  if (index == assets().end()) {
    return http::text_response(
        "This program was built without its front-end; './up' builds both. The API is at /api/v1.\n",
        "text/plain; charset=utf-8", 503);
  }
  return serve(request, *index->second, "/index.html");
}

}  // namespace

void add_assets(http::Router& router) { router.set_fallback(page); }

}  // namespace groundwork::api
