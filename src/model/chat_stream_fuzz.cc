#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "model/chat_stream.h"

/// The first byte says how the rest is cut and whether it is a stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const groundwork::model::OnDelta nobody;
  groundwork::model::ChatStream stream(nobody, 4096);
  std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t piece = 1 + (data[0] >> 1);
  bool ok = true;
  while (ok && !rest.empty()) {
    ok = stream.feed(rest.substr(0, piece), (data[0] & 1) != 0).ok();
    rest.remove_prefix(std::min(piece, rest.size()));
  }
  if (ok) ok = stream.end().ok();
  if (stream.answer().text.size() > 4096 || !groundwork::base::is_utf8(stream.answer().text)) std::abort();
  return 0;
}
