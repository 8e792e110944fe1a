"""The part of the JSON API that the archivist uses: uploads with their progress, failures, the state of it all."""

from dataclasses import asdict
from pathlib import PurePosixPath

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from extractors.domain.records import Json
from pipeline.review import Gone
from pipeline.store import Row, Store, overview
from pipeline.version import extractor_version
from pipeline.web import library
from pipeline.web.guard import Visit
from pipeline.web.uploads import Batch


async def upload(visit: Visit) -> Response:
    """Takes files in and puts them in the queue; answered once all are on disk."""
    request = visit.request
    batch = await visit.desk.uploads.take(request.headers.get("content-type", ""), request.stream(), visit.someone.name)
    return JSONResponse(await _progress(visit, batch), 201)


async def uploads(visit: Visit) -> Response:
    """Lists the batches, the newest first."""
    found = [await _progress(visit, batch) for batch in visit.desk.uploads.latest(20)]
    return JSONResponse({"uploads": found, "limits": _limits(visit)})


def _limits(visit: Visit) -> Json:
    settings = visit.desk.settings
    return {"upload_limit_mb": settings.upload_limit_mb, "upload_files": settings.upload_files}


async def upload_progress(visit: Visit) -> Response:
    """Tells how far a batch is and what became of each of its files."""
    batch = visit.desk.uploads.find(str(visit.request.path_params["id"]))
    if batch is None:
        raise HTTPException(404)
    return JSONResponse(await _progress(visit, batch))


async def _progress(visit: Visit, batch: Batch) -> Json:
    folder = str(visit.desk.uploads.files_of(batch.id))
    rows = await visit.read(library.came_in, folder)
    by_file: dict[str, list[Json]] = {file.name: [] for file in batch.files}
    for row in rows:
        name = str(row["file"]).removeprefix(f"{folder}/")
        top = name.split("!/", 1)[0]
        by_file.setdefault(top, []).append({**_outcome(row, folder), "name": name})
    files: list[Json] = []
    met: list[Json] = []
    for file in batch.files:
        waiting: Json = {"name": file.name, "state": "waiting" if batch.state != "done" else "left_out"}
        found = by_file.get(file.name) or [waiting]
        files.append({"name": file.name, "size": file.size, "documents": found})
        met += found
    return {
        **{key: value for key, value in asdict(batch).items() if key != "files"},
        "files": files,
        "settled": len([document for document in met if document["state"] not in {"waiting", "reading"}]),
        "met": len(met),
    }


def _outcome(row: Row, folder: str) -> Json:
    """What became of one file: read, the same bytes as an earlier one, failed, or under way."""
    outcome: Json = {key: row.get(key) for key in ("serial", "kind", "title", "failure")}
    if row.get("error"):
        outcome.update(state="failed", error=row["error"], message=row["message"], advice=row["advice"])
    elif row.get("status") != "done":
        outcome["state"] = "reading"
    elif not str(row["first"]).startswith(f"{folder}/"):
        outcome.update(state="same", other=row["serial"], first=PurePosixPath(str(row["first"])).name)
    else:
        outcome["state"] = "done"
    if row.get("copies") is not None:
        outcome["copy"] = {
            "serial": row["copies"],
            "kind": row["copy_kind"],
            "similarity": row["similarity"],
        }
    return outcome


async def failures(visit: Visit) -> Response:
    """Lists what could not be read, and which of it is about to be tried again."""
    found = await visit.read(library.failures)
    waiting = visit.desk.uploads.waiting_retries
    listed = [{**row, "is_waiting": row["id"] in waiting or "" in waiting} for row in found]
    return JSONResponse({"failures": listed})


async def retry(visit: Visit) -> Response:
    """Has one failure tried again; the id `all` means every one."""
    failure = str(visit.request.path_params["id"])
    if failure == "all":
        failure = ""
    elif not await visit.read(_is_failure, failure):
        raise Gone("There is no such failure", "Không có lỗi này")
    visit.desk.uploads.retry(failure)
    return JSONResponse({"waiting": True}, 202)


def _is_failure(store: Store, failure: str) -> bool:
    return store.value("SELECT 1 FROM failures WHERE id = ?", [failure]) is not None


async def status(visit: Visit) -> Response:
    """Tells what the database holds, what failed, what waits."""
    seen = await visit.read(overview, extractor_version())
    return JSONResponse({**asdict(seen), "failures": len(seen.failures), "extractor": extractor_version()})
