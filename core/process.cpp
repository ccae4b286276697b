#include "core/process.h"

#include "core/object_pool.h"

namespace sequitur {

std::string_view name_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::kUnknown: return "unknown";
        case EntryKind::kSsh: return "ssh";
        case EntryKind::kContainer: return "container";
        case EntryKind::kService: return "service";
        case EntryKind::kCron: return "cron";
        case EntryKind::kLogin: return "login";
    }
    return "unknown";
}

std::string ProcessEntity::to_string() const {
    return std::to_string(pid) + '-' + std::to_string(start_ns);
}

ProcessImage::~ProcessImage() {
    Ref<ProcessImage> ancestor = std::move(parent);
    while (ancestor && ancestor->has_one_reference()) {
        // Nobody else sees it any more, so it may be changed: its parent outlives it for a step.
        ancestor = std::move(const_cast<ProcessImage&>(*ancestor).parent);
    }
}

void* ProcessImage::operator new(std::size_t) { return ObjectPool<ProcessImage>::allocate(); }
void ProcessImage::operator delete(void* memory) { ObjectPool<ProcessImage>::release(memory); }

}  // namespace sequitur
