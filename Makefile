# Kakehashi. `make run` starts it, `make test` tests it; the rest serves people who change it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help build run test pages results looks looks-approve check-all bench tools generate lint units

ADDR ?= 127.0.0.1:8080
DATA ?= kakehashi-data
LOOKS ?= /tmp/kakehashi-looks
export CGO_ENABLED := 0

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST)

build: ## build the command kakehashi (needs Go only)
	go build -trimpath -ldflags '-s -w' -o kakehashi ./cmd/kakehashi

run: build ## start on http://ADDR with the folder DATA; DEMO=1 loads the demonstration
	exec ./kakehashi serve --listen '$(ADDR)' --data '$(DATA)' $(if $(DEMO),--demo)

test: tools lint units ## everything: checks, both database engines, a real browser (installs what it needs)

tools: ## install what the tests need
	script/tools

lint:
	test -z "$$(gofmt -l cmd internal programmes script test | tee /dev/stderr)"
	go vet ./...
	go tool staticcheck ./...

# The browser and crash tests run alone, after the packages' own.
units:
	packages=$$(go list ./... | grep -v '^kakehashi/test/'); \
	( go test -json -p 2 -timeout 20m $$packages || s=1; go test -json -count=1 -p 1 -timeout 40m ./test/... || s=1; exit $${s:-0} ) | go run ./script/tally

pages: tools ## the fullest page of every address, in both languages, in the browser
	go test -count=1 -timeout 60m -run TestEveryPageIsUsableByEverybody ./test/journey

results: tools ## the same in every way (three widths, two themes, longer words, fuller tables), written into the page /accessibility/results
	KAKEHASHI_UX_WAYS=all KAKEHASHI_UX_RESULTS='$(CURDIR)/internal/web/public/results.json' go test -count=1 -timeout 180m -run TestEveryPageIsUsableByEverybody ./test/journey

looks: tools ## compare what the main pages look like with what was approved; what differs is shown in LOOKS/sheet.html
	KAKEHASHI_LOOKS=judge KAKEHASHI_LOOKS_OUT='$(LOOKS)' go test -count=1 -timeout 30m -v -run TestEveryStarredPageLooksAsApproved ./test/journey

looks-approve: tools ## approve what the main pages look like now (look at LOOKS/sheet.html first)
	KAKEHASHI_LOOKS=approve KAKEHASHI_LOOKS_OUT='$(LOOKS)' go test -count=1 -timeout 30m -v -run TestEveryStarredPageLooksAsApproved ./test/journey

check-all: test looks ## test, and what takes longer: every page in the browser in every way, races, dead code, another zone and locale
	KAKEHASHI_UX_PAGES=all KAKEHASHI_UX_WAYS=all go test -count=1 -timeout 240m -run TestEveryPageIsUsableByEverybody ./test/journey
	CGO_ENABLED=1 go test -race -p 2 $$(go list ./internal/... | grep -v '/web/')
	test -z "$$(go tool deadcode -test ./... | tee /dev/stderr)"
	TZ=America/St_Johns LC_ALL=C LANG=tr_TR.UTF-8 go test -count=1 -p 2 ./internal/...

bench: build ## measure on 100,000 cases, both engines
	./kakehashi bench

generate: ## write the Go of every .templ page
	go tool templ generate
